import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';

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
