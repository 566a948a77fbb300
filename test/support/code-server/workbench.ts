import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import type { Relay } from '../relay.ts';
import { until } from '../until.ts';
import type { CodeServer } from './code-server.ts';

/** Loading the workbench and its extensions takes seconds, more on a loaded machine, ms. */
const PATIENCE_MS = 60_000;

/** One try with the palette, ms. */
const ATTEMPT_MS = 5_000;

/** The workbench of a VS Code in a page, as a person uses it. */
export class Workbench {
  readonly page: Page;

  /** @param relay a way to the server whose connections can be cut */
  static async open(browser: Browser, server: CodeServer, relay?: Relay): Promise<Workbench> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    return Workbench.show(await context.newPage(), relay ? relay.rewrite(server.page()) : server.page());
  }

  /** Loads the workbench at an address into a page that is there. */
  static async show(page: Page, address: string): Promise<Workbench> {
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(address);
    const workbench = new Workbench(page);
    await workbench.ready();
    return workbench;
  }

  /** @param page a window of the workbench that has loaded, such as one into which an editor was moved */
  constructor(page: Page) {
    this.page = page;
  }

  /** Waits until the remote extension host answers. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.locator('.explorer-folders-view').waitFor();
  }

  /** Reloads the window as a person does, which keeps its panels. */
  async reload(): Promise<void> {
    await this.page.evaluate(() => Object.assign(window, { before: true }));
    await this.command('Developer: Reload Window');
    await until(
      'the window to load anew',
      () => this.page.evaluate(() => !('before' in window)),
      PATIENCE_MS,
    );
    await this.ready();
  }

  /** Runs a command from the palette. */
  async command(title: string): Promise<void> {
    await (await this.findCommand(title)).click();
  }

  /** A command's row in the palette, as soon as it is there: extensions add theirs while the workbench is in use. */
  findCommand(title: string): Promise<Locator> {
    return this.#find(`>${title}`, title);
  }

  /** Opens a file of the workspace by its name, which its explorer may not have noticed. */
  async openFile(name: string): Promise<void> {
    await (await this.#find(name, name)).click();
    await this.page.locator('.tab', { hasText: name }).waitFor();
  }

  /** The first row that has the words, after this was typed into the field at the top. */
  async #find(typed: string, words: string): Promise<Locator> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: words }).first();
    const rows = this.page.locator('.quick-input-list .monaco-list-row').first();
    await until(
      `"${words}" for "${typed}"`,
      async () => {
        await this.page.keyboard.press('Escape');
        await this.page.keyboard.press('F1');
        const input = this.page.locator('.quick-input-widget input');
        // What takes the focus meanwhile closes the field: then it is opened again.
        await input.fill(typed, { timeout: ATTEMPT_MS });
        await rows.waitFor({ timeout: ATTEMPT_MS });
        return await row.isVisible();
      },
      PATIENCE_MS,
    );
    return row;
  }

  /** How long an extension took to be loaded and activated, as the editor itself has measured it, ms. */
  async activationTime(name: string): Promise<number> {
    // The list has the slowest on top, and only rows that are in sight.
    await this.page.setViewportSize({ width: 1400, height: 4000 });
    await this.command('Developer: Show Running Extensions');
    const row = this.page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: name });
    return Number(
      await until(`the activation time of ${name}`, async () => {
        const text = await row.first().textContent();
        const [, time] = /Activation: (\d+)ms/.exec(text ?? '') ?? [];
        if (!time) throw new Error(text ?? 'no text');
        return time;
      }),
    );
  }

  /** The page inside the n-th webview. */
  webview(index = 0): FrameLocator {
    return webviewIn(this.page, index);
  }

  /** A row of the list that the editor lets the person choose from. */
  choice(text: string | RegExp) {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  }

  /** Waits until the editor asks for a text and proposes this one. */
  async untilInput(proposal: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input:visible');
    await until(`the proposal "${proposal}"`, async () => (await input.inputValue()) === proposal);
  }

  /** Gives the token that the editor asks for, and closes the page that shows one, which the editor opens. */
  async giveToken(token: string): Promise<void> {
    const shows = (page: Page) => new URL(page.url()).pathname.endsWith('/cli-auth');
    const context = this.page.context();
    const shown = await until('the page that shows a token', () => context.pages().find(shows));
    await shown.close();
    await this.page.locator('.quick-input-widget input[type=password]').fill(token);
    await this.page.keyboard.press('Enter');
  }

  get quickInput() {
    return this.page.locator('.quick-input-widget');
  }

  /** Answers the question where `name` is to be saved with what it proposes. */
  async save(name: string) {
    // The dialog of the file before may still be going.
    await until(`the question where to save ${name}`, async () => {
      return (await this.quickInput.locator('input[type="text"]').inputValue()).endsWith(`/${name}`);
    });
    await this.page.keyboard.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Text of the newest notification. */
  notification(text: string | RegExp) {
    return this.page.locator('.notification-list-item', { hasText: text });
  }

  statusBarItem(text: string | RegExp) {
    return this.page.locator('.statusbar-item', { hasText: text });
  }
}

/** The page inside the n-th webview of a window. */
export function webviewIn(page: Page, index = 0): FrameLocator {
  return page.frameLocator(`iframe.webview >> nth=${index}`).frameLocator('#active-frame');
}
