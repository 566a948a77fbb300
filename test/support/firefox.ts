import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { fromPng, type Image } from './image.ts';
import { until } from './until.ts';
import { showsDesktop } from './viewer-state.ts';

/** Where Debian's package puts it. */
const EXECUTABLE = '/usr/bin/firefox-esr';

/** Debian's Firefox ESR without a window of its own, driven by WebDriver BiDi. */
export async function launchFirefox(): Promise<Browser> {
  return await puppeteer.launch({ browser: 'firefox', executablePath: EXECUTABLE, headless: true });
}

/** Opens a page in a profile of its own and waits until the desktop is shown. */
export async function openViewer(browser: Browser, url: string): Promise<Page> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 720 });
  await page.goto(url);
  await until('the page to show the desktop', () => page.$eval('remote-desktop', showsDesktop));
  return page;
}

/** What a person sees. */
export async function screenshot(page: Page): Promise<Image> {
  return fromPng(await page.screenshot());
}
