import type { Page } from 'playwright-core';

/** Copies in another page of the same browser, then comes back. */
export async function copyElsewhere(page: Page, write: (page: Page) => Promise<void>): Promise<void> {
  // Playwright keeps every page focused unless told otherwise.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const other = await page.context().newPage();
  await other.goto('data:text/html,');
  await write(other);
  await other.close();
  await page.bringToFront();
}

export async function copyText(page: Page, text: string): Promise<void> {
  await copyElsewhere(page, async (other) => {
    await other.evaluate((copied) => {
      document.oncopy = (event) => {
        event.clipboardData!.setData('text/plain', copied);
        event.preventDefault();
      };
    }, text);
    await other.keyboard.press('Control+c');
  });
}

/** Lets the test, not the page under test, look into the browser's clipboard. */
export async function localText(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return await page.evaluate(() => navigator.clipboard.readText());
}

/** The same, as HTML. @throws Error if there is none */
export async function localHtml(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return await page.evaluate(async () => {
    const [content] = await navigator.clipboard.read();
    return (await content!.getType('text/html')).text();
  });
}
