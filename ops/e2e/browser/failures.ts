import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterEach } from 'vitest';

const TEXT_MAX = 1_200;

/** Adds to the error of a failed test what stood on every screen, and saves pictures of them into the folder FAILURE_SHOTS, if one is named. */
export function shootFailures(browser: () => Browser | undefined): void {
  const folder = process.env.FAILURE_SHOTS;
  if (folder) mkdirSync(folder, { recursive: true });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const pages = browser()?.contexts().flatMap((context) => context.pages()) ?? [];
    const [error] = task.result.errors ?? [];
    for (const [index, page] of pages.entries()) {
      const words = `\nscreen ${index}: ${await describe(page)}`;
      if (error?.stack) error.stack = error.stack.replace(/(?=\n\s+at )|$/, () => words);
      console.log(words);
      if (folder) await page.screenshot({ path: join(folder, `${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}.${index}.png`) });
    }
  });
}

/** Address, open dialog and words of a page, frames included. */
async function describe(page: Page): Promise<string> {
  const seen = await Promise.all(page.frames().map((frame) => frame.evaluate(() => `${document.querySelector('[role=dialog]') ? 'dialog open; ' : ''}${document.body.innerText}`).catch((error: unknown) => `not readable: ${String(error)}`)));
  return `${page.url()}\n${seen.join('\n-- frame --\n').replaceAll(/\n{2,}/g, '\n').slice(0, TEXT_MAX)}`;
}
