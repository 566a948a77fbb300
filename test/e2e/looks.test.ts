import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';

// A desktop that may have another size has one more thing in its toolbar.
test.override('streamerOptions', { resize: 'auto' });

/** How many rules of style each element of the page with a shadow root has, by its name. */
function rulesOf(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const found: Record<string, number> = {};
    const look = (root: ParentNode) => {
      for (const element of root.querySelectorAll('*')) {
        if (!element.shadowRoot) continue;
        const sheets = [...element.shadowRoot.adoptedStyleSheets, ...element.shadowRoot.styleSheets];
        found[element.localName] = sheets.reduce((total, { cssRules }) => total + cssRules.length, 0);
        look(element.shadowRoot);
      }
    };
    look(document);
    return found;
  });
}

test('every element of the page has the styles that were written for it', async ({ streamer, chromium }) => {
  const page = await openViewer(chromium, streamer.url.href);
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  await page.getByRole('heading', { name: 'Files' }).waitFor();
  const rules = await rulesOf(page);
  expect(Object.keys(rules)).toContain('remote-desktop');
  for (const [name, count] of Object.entries(rules)) expect(count, name).toBeGreaterThan(5);
});

/** Narrow panels beside an editor, to a whole window, CSS pixels. */
const WIDTHS = [320, 379, 380, 400, 479, 480, 600, 799, 800, 900, 1219, 1220, 1400];

test('the toolbar has one line however narrow the page is; what has no room there lies in a menu', async ({
  streamer,
  chromium,
}) => {
  const page = await openViewer(chromium, streamer.url.href);
  const toolbar = await showToolbar(page);
  const { height } = (await toolbar.boundingBox())!;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 500 });
    const { bar, inner } = await toolbar.evaluate((element) => ({
      bar: element.getBoundingClientRect().toJSON() as DOMRect,
      inner: element.scrollWidth - element.clientWidth,
    }));
    expect(bar.left, `${width} pixels`).toBeGreaterThanOrEqual(0);
    expect(bar.right, `${width} pixels`).toBeLessThanOrEqual(width);
    expect(inner, `${width} pixels`).toBe(0);
    // It slides in: what was measured meanwhile is a fraction of a pixel off.
    expect(bar.height, `${width} pixels`).toBeCloseTo(height);
  }

  await page.setViewportSize({ width: 400, height: 500 });
  const keys = toolbar.getByRole('button', { name: 'Keys and shortcuts' });
  expect(await keys.isVisible()).toBe(false);
  await toolbar.getByRole('button', { name: 'More' }).click();
  await keys.click();
  await page.locator('dialog#keyboard').waitFor();
});

test('a press beside the buttons of the toolbar leaves the keyboard with the desktop', async ({
  streamer,
  chromium,
}) => {
  const page = await openViewer(chromium, streamer.url.href);
  const focused = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.localName);
  await page.mouse.click(300, 300);
  expect(await focused()).toBe('textarea');
  const { x, y, height } = (await (await showToolbar(page)).boundingBox())!;
  await page.mouse.click(x + 3, y + height / 2);
  expect(await focused()).toBe('textarea');
});

/** It comes when the pointer is at the top, and stays while it is there. */
async function showToolbar(page: Page): Promise<Locator> {
  const toolbar = page.getByRole('toolbar');
  await page.mouse.move(300, 3);
  await toolbar.waitFor();
  return toolbar;
}
