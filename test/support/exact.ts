/** A page that shows the desktop pixel by pixel, to be compared with the X screen. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openViewer, screenshot } from './chromium.ts';
import { compare } from './image.ts';
import { until } from './until.ts';
import type { XClient } from './x-client.ts';

/** Without the toolbar, whose handle lies over the desktop. */
export async function openBare(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  patience?: number,
): Promise<Page> {
  const page = await openViewer(browser, url, options, undefined, patience);
  await hideControls(page);
  return page;
}

export async function hideControls(page: Page): Promise<void> {
  await page.locator('remote-desktop').evaluate((desktop) => Object.assign(desktop, { controls: false }));
}

/** Nothing moves any more. */
export async function untilExact(page: Page, x: XClient, patience?: number): Promise<void> {
  await until(
    'every pixel of the page to be that of the screen',
    async () => {
      const { pixels } = compare(await screenshot(page), await x.read());
      if (pixels > 0) throw new Error(`${pixels} pixels differ`);
      return true;
    },
    patience,
  );
}
