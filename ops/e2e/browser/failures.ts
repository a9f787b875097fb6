import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach } from 'vitest';

/** Saves what stood on every screen when a test failed into the folder FAILURE_SHOTS, if one is named. */
export function shootFailures(browser: () => Browser | undefined): void {
  const folder = process.env.FAILURE_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const pages = browser()?.contexts().flatMap((context) => context.pages()) ?? [];
    for (const [index, page] of pages.entries()) await page.screenshot({ path: join(folder, `${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}.${index}.png`) });
  });
}
