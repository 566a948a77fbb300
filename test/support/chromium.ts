import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page,
} from 'playwright-core';
import { fromPng, type Image } from './image.ts';
import type { Namespace } from './lab/namespace.ts';
import { until } from './until.ts';
import { showsDesktop } from './viewer-state.ts';

/** Where Debian's package puts it. */
const EXECUTABLE = '/usr/bin/chromium';

/** The system's Chromium without a window of its own. */
export async function launchChromium(args: string[] = [], executablePath = EXECUTABLE): Promise<Browser> {
  return await chromium.launch(launchOptions(args, executablePath));
}

function launchOptions(args: string[], executablePath = EXECUTABLE): LaunchOptions {
  return {
    executablePath,
    // As root, which containers run as, Chromium starts without its sandbox only.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', ...args],
  };
}

/** A browser that sleeps as a laptop does whose lid is closed: none of its processes runs until it wakes. */
export interface Sleeper extends AsyncDisposable {
  browser: Browser;
  sleep(): void;
  wake(): void;
}

export async function launchSleeper(): Promise<Sleeper> {
  const server = await chromium.launchServer(launchOptions([]));
  // The leader of a process group, which playwright makes of each browser.
  const { pid } = server.process();
  return {
    browser: await chromium.connect(server.wsEndpoint()),
    sleep: () => void process.kill(-pid!, 'SIGSTOP'),
    wake: () => void process.kill(-pid!, 'SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      process.kill(-pid!, 'SIGCONT');
      await server.close();
    },
  };
}

/** The same at the client's end of a lab; what is served at this origin there counts as secure. */
export async function launchChromiumIn(lab: ClientEnd, args: string[] = []): Promise<Browser> {
  const trusted = `--unsafely-treat-insecure-origin-as-secure=${lab.origin}`;
  return await launchChromium([trusted, ...args], await lab.client.wrapper(EXECUTABLE));
}

export interface ClientEnd {
  client: Namespace;
  /** Where it finds the desktop. */
  origin: string;
}

/**
 * Opens a page in a profile of its own and waits until the desktop is shown.
 *
 * @param before runs inside the page before its own scripts
 * @param patience for pages that take longer than most, ms
 */
export async function openViewer(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  before?: () => void,
  patience?: number,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  const page = await context.newPage();
  if (before) await page.addInitScript(before);
  await page.goto(url);
  await live(page, patience);
  return page;
}

/** Waits until the page shows the desktop. */
export async function live(page: Page, patience?: number): Promise<void> {
  const shows = () => page.locator('remote-desktop').evaluate(showsDesktop);
  await until('the page to show the desktop', shows, patience);
}

/** What a person sees, device pixels. */
export async function screenshot(page: Page): Promise<Image> {
  return fromPng(await page.screenshot({ scale: 'device' }));
}
