import { accessSync, constants } from 'node:fs';
import { runProgram } from './program.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

function findChromium() {
  return [process.env.CHROMIUM_PATH ?? '', ...PLACES].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return path !== '';
    } catch {
      return false;
    }
  });
}

/** There is no browser here and no way to get one: the tests that need it are skipped, not failed. */
export class NoBrowser extends Error {}

/**
 * The environment of the browser tests: where Chromium is and what it needs to start here.
 * As root it is installed when missing. Throws NoBrowser with the reason when there is no way to have one.
 * @param {(text: string) => void} say
 * @returns {Promise<Record<string, string>>}
 */
export async function provideBrowser(say) {
  let path = findChromium();
  if (!path && process.getuid?.() === 0) {
    const apt = (/** @type {string[]} */ ...args) => runProgram('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { say, title: `apt-get ${args.join(' ')}`, env: { DEBIAN_FRONTEND: 'noninteractive' }, isWhole: true });
    const install = () => apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk');
    await install().catch(() => apt('update').then(install)).catch((error) => {
      throw new NoBrowser(error.message);
    });
    path = findChromium();
  }
  if (!path) throw new NoBrowser('no Chromium on this machine; install the packages chromium and fonts-noto-cjk, or set CHROMIUM_PATH');
  // Chromium's sandbox refuses to run as root.
  return { CHROMIUM_PATH: path, CHROMIUM_ARGS: process.getuid?.() === 0 ? '--no-sandbox' : '' };
}
