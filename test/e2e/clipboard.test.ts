import { copyElsewhere, copyText, localHtml, localText } from '../support/browser-copy.ts';
import { LARGE_TEXT, test } from '../support/clipboard-test.ts';
import { launchFirefox, openViewer as openInFirefox } from '../support/firefox.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

test('text that a program copies can be pasted here', async ({ xclip, page }) => {
  await page.mouse.click(100, 100);
  xclip.copy('copied there: Grüße 😀');
  await until('the text to be here', async () => (await localText(page)) === 'copied there: Grüße 😀');
});

test('5 MB of text that a program copies can be pasted here', async ({ xclip, page }) => {
  await page.mouse.click(100, 100);
  xclip.copy(LARGE_TEXT);
  await until('the text to be here', async () => (await localText(page)) === LARGE_TEXT);
});

test('Ctrl+V pastes what was copied here, with nobody asked', async ({ streamer, xclip, page }) => {
  await using terminal = await Terminal.open(streamer.address);
  await copyText(page, 'copied here: ß 😀');
  await page.mouse.click(100, 100);
  await page.keyboard.press('Control+v');
  await until('the text to be there', async () => String(await xclip.paste()) === 'copied here: ß 😀');
  // The key itself reaches the program as well.
  await terminal.untilTyped('\x16');
});

test('5 MB of text that was copied here are pasted', async ({ xclip, page }) => {
  await copyText(page, LARGE_TEXT);
  await page.mouse.click(100, 100);
  await page.keyboard.press('Control+v');
  await until('the text to be there', async () => String(await xclip.paste()) === LARGE_TEXT);
});

test('HTML that was copied here is pasted', async ({ xclip, page }) => {
  await copyElsewhere(page, async (other) => {
    await other.setContent('<b>bold</b>');
    await other.keyboard.press('Control+a');
    await other.keyboard.press('Control+c');
  });
  await page.mouse.click(100, 100);
  await page.keyboard.press('Control+v');
  await until('the HTML to be there', async () =>
    /bold/.test(String(await xclip.paste('-target', 'text/html'))),
  );
});

test('HTML that a program copies can be pasted here', async ({ xclip, page }) => {
  await page.mouse.click(100, 100);
  xclip.copy('<b>bold there</b>', '-target', 'text/html');
  await until('the HTML to be here', async () => /<b\b.*>bold there<\/b>/.test(await localHtml(page)));
});

test('the panel shows what was copied there and sends text', async ({ xclip, page }) => {
  xclip.copy('in the panel');
  await page.mouse.move(600, 2);
  await page.getByRole('button', { name: 'Clipboard' }).click();
  const field = page.getByRole('textbox', { name: 'Copied text' });
  await until('the text to be in the panel', async () => (await field.inputValue()) === 'in the panel');
  await field.fill('from the panel');
  await page.getByRole('button', { name: 'Copy to the desktop' }).click();
  await until('the text to be there', async () => String(await xclip.paste()) === 'from the panel');
});

test('Firefox pastes with its paste event', async ({ streamer, xclip }) => {
  const browser = await launchFirefox();
  try {
    const page = await openInFirefox(browser, streamer.page());
    const other = await browser.newPage();
    await other.setContent('<textarea>from Firefox</textarea>');
    await other.click('textarea');
    await other.keyboard.down('Control');
    await other.keyboard.press('a');
    await other.keyboard.press('c');
    await other.keyboard.up('Control');
    await other.close();
    await page.bringToFront();
    await page.mouse.click(100, 100);
    await page.keyboard.down('Control');
    await page.keyboard.press('v');
    await page.keyboard.up('Control');
    await until('the text to be there', async () => String(await xclip.paste()) === 'from Firefox');
  } finally {
    await browser.close();
  }
});

test('in Firefox the panel shows what was copied there and sends text', async ({ streamer, xclip }) => {
  const browser = await launchFirefox();
  try {
    const page = await openInFirefox(browser, streamer.page());
    xclip.copy('for Firefox');
    await page.mouse.move(640, 2);
    await page.locator('>>> button[aria-label="Clipboard"]').click();
    const field = await page.waitForSelector('>>> #clipboard textarea');
    const shown = () => field!.evaluate((area) => (area as HTMLTextAreaElement).value);
    await until('the text to be in the panel', async () => (await shown()) === 'for Firefox');
    await page.locator('>>> #clipboard textarea').fill('from the panel of Firefox');
    await page.locator('>>> #clipboard .primary').click();
    await until(
      'the text to be there',
      async () => String(await xclip.paste()) === 'from the panel of Firefox',
    );
  } finally {
    await browser.close();
  }
});

test('what a program copies can be pasted in Firefox, which writes with the next click', async ({
  streamer,
  xclip,
}) => {
  const browser = await launchFirefox();
  try {
    const page = await openInFirefox(browser, streamer.page());
    xclip.copy('copied for Firefox');
    const other = await page.browserContext().newPage();
    await other.setContent('<textarea></textarea>');
    await until('the text to be in its clipboard', async () => {
      await page.bringToFront();
      await page.mouse.click(100, 100);
      await other.bringToFront();
      await other.click('textarea');
      await other.keyboard.down('Control');
      await other.keyboard.press('a');
      await other.keyboard.press('v');
      await other.keyboard.up('Control');
      return (await other.$eval('textarea', ({ value }) => value)) === 'copied for Firefox';
    });
  } finally {
    await browser.close();
  }
});
