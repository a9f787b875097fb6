import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright-core';

const ARGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** How a real Chromium is started here: CHROMIUM_PATH and CHROMIUM_ARGS, as test.mjs found them. */
export function launchOptions() {
  const isRoot = process.getuid?.() === 0;
  const given = process.env.CHROMIUM_ARGS ?? (isRoot ? '--no-sandbox' : '');
  return { executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: [...ARGS, ...given.split(' ').filter(Boolean)] };
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch(launchOptions());
}

/** A chromium whose user has forbidden all pages to keep data, as a strict privacy setting does. */
export async function launchWithoutStorage(folder: string): Promise<BrowserContext> {
  return prepare(await chromium.launchPersistentContext(folder, { ...launchOptions(), ...LOOK }));
}

const LOOK: BrowserContextOptions = {
  locale: 'zh-CN', timezoneId: 'Asia/Shanghai', colorScheme: 'light', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', serviceWorkers: 'block',
};

/** A device of its own: nothing is shared with other devices, as with another machine. */
export async function openDevice(browser: Browser, look: BrowserContextOptions = {}): Promise<BrowserContext> {
  return prepare(await browser.newContext({ ...LOOK, ...look }));
}

/**
 * The widget's button and frame stand in a closed shadow root, which hides them from the page and from
 * Playwright alike. Opened here, they can be found and clicked as a visitor does.
 */
async function prepare(context: BrowserContext): Promise<BrowserContext> {
  context.setDefaultTimeout(30_000);
  await context.addInitScript(`{
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) { return attach.call(this, { ...init, mode: 'open' }); };
  }`);
  return context;
}
