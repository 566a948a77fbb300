import type { Browser, FrameLocator, Page } from 'playwright-core';
import { until } from '../until.ts';
import type { CodeServer } from './code-server.ts';

/** Loading the workbench and its extensions takes seconds, more on a loaded machine, ms. */
const PATIENCE_MS = 60_000;

/** The workbench of a VS Code in a page, as a person uses it. */
export class Workbench {
  readonly page: Page;

  static async open(
    browser: Browser,
    server: CodeServer,
    query?: Record<string, string>,
  ): Promise<Workbench> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(server.page(query));
    const workbench = new Workbench(page);
    await workbench.ready();
    return workbench;
  }

  private constructor(page: Page) {
    this.page = page;
  }

  /** Waits until the remote extension host answers. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.locator('.explorer-folders-view').waitFor();
  }

  /** Runs a command from the palette, as soon as it is there: extensions add theirs while the workbench is in use. */
  async command(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    const rows = this.page.locator('.quick-input-list .monaco-list-row').first();
    await until(
      `the command ${title}`,
      async () => {
        await this.page.keyboard.press('Escape');
        await this.page.keyboard.press('F1');
        const input = this.page.locator('.quick-input-widget input');
        await input.waitFor();
        await input.fill(`>${title}`);
        await rows.waitFor();
        return await row.isVisible();
      },
      PATIENCE_MS,
    );
    await row.click();
  }

  /** The page inside the n-th webview. */
  webview(index = 0): FrameLocator {
    return this.page.frameLocator(`iframe.webview >> nth=${index}`).frameLocator('#active-frame');
  }

  get quickInput() {
    return this.page.locator('.quick-input-widget');
  }

  /** Text of the newest notification. */
  notification(text: string | RegExp) {
    return this.page.locator('.notification-list-item', { hasText: text });
  }

  statusBarItem(text: string | RegExp) {
    return this.page.locator('.statusbar-item', { hasText: text });
  }
}
