import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A page of the system's Chromium in which a module of the viewer is `window.module`; closes with its browser. */
export class BrowserPage implements AsyncDisposable {
  readonly page: Page;
  readonly #browser: Browser;

  static async open(module: URL): Promise<BrowserPage> {
    const { outputFiles } = await build({
      entryPoints: [module.pathname],
      bundle: true,
      format: 'iife',
      globalName: 'module',
      target: 'chrome123',
      write: false,
    });
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      // As root, which containers run as, Chromium starts without its sandbox only.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--disable-gpu'],
    });
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: outputFiles[0]!.text });
      return new BrowserPage(browser, page);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
