import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { Keys } from '../support/keys.ts';
import { test } from '../support/typing-test.ts';
import { until } from '../support/until.ts';

/** What input methods write into. */
const FIELD = 'remote-desktop .desktop textarea';

/** What a terminal gets for it. */
const BACKSPACE = '\x7f';

/** What input methods show on the way, as Chromium is told by those of the three languages, and what they settle on. */
const LANGUAGES = [
  ['Japanese', ['k', 'か', 'かn', 'かんj', 'かんじ', '漢字'], '漢字'],
  ['Chinese', ['n', 'ni', 'ni h', 'ni hao', '你好'], '你好'],
  ['Korean', ['ㅎ', '하', '한'], '한'],
] as const;

for (const [language, steps, settled] of LANGUAGES) {
  test(`${language} arrives once, when it is settled`, async ({ terminal, keys }) => {
    for (const step of steps) {
      await keys.down('KeyA', 'Process');
      await keys.compose(step);
      await keys.up('KeyA', 'a');
    }
    expect(await terminal.typed()).toBe('');
    await keys.insert(settled);
    await keys.press('KeyX', 'x');
    await terminal.untilTyped(`${settled}x`);
  });
}

test('Korean syllables follow one another without a pause', async ({ terminal, keys }) => {
  for (const [syllable, ...steps] of ['한ㅎ하한', '국ㄱ구국', '어ㅇ어'] as const) {
    for (const step of steps) await keys.compose(step);
    await keys.insert(syllable!);
  }
  await keys.press('Enter', 'Enter');
  await terminal.untilTyped('한국어\r');
});

test('a composition that is given up types nothing', async ({ terminal, keys }) => {
  await keys.compose('にほ');
  await keys.compose('');
  await keys.press('KeyX', 'x');
  await terminal.untilTyped('x');
});

test('emoji are typed whole, and dictation takes back what it understood before', async ({
  terminal,
  page,
  keys,
}) => {
  await keys.insert('👩‍👧😀');
  await rewrite(page, '', 'their');
  await rewrite(page, 'their', 'there is');
  await terminal.untilTyped(`👩‍👧😀their${BACKSPACE.repeat(2)}re is`);
});

test('they compose where the desktop’s caret is', async ({ page, keys, x }) => {
  const window = x.coverScreen();
  const [left, top, width] = [300, 200, 9];
  let typed = 0;
  // Fifteen letters, then the line begins anew; each of another colour, since what is there already is not sent again.
  x.on('key', () => {
    const place = { x: left + width * (typed % 15), y: top, width, height: 18 };
    x.fill(window, 0xff0000 + 16 * (typed++ % 4096), place);
  });
  await page.mouse.click(left, top + 10);
  await until('the text field to be right of a letter', async () => {
    await keys.press('KeyX', 'x');
    const field = (await page.locator(FIELD).boundingBox())!;
    const letters = (field.x - left) / width;
    if (letters < 1 || !Number.isInteger(letters) || field.y !== top) throw new Error(JSON.stringify(field));
    return true;
  });
});

test('the keyboard on a phone’s screen comes when it is asked for, types, corrects and deletes', async ({
  streamer,
  chromium,
  terminal,
}) => {
  const phone = { hasTouch: true, isMobile: true, viewport: { width: 800, height: 400 } };
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }), phone);
  const field = page.locator(FIELD);
  await page.touchscreen.tap(100, 100);
  expect(await field.evaluate((element) => (element as HTMLElement).inputMode)).toBe('none');
  await page.mouse.move(400, 2);
  await page.getByRole('button', { name: 'Keyboard on the screen' }).click();
  await until('the keyboard', () =>
    field.evaluate((element) => (element as HTMLElement).inputMode === 'text'),
  );
  const keys = await Keys.of(page);
  await keys.insert('teh');
  await rewrite(page, 'teh', 'the ');
  await rewrite(page, ' ', '');
  await terminal.untilTyped(`teh${BACKSPACE.repeat(2)}he ${BACKSPACE}`);
  await page.context().close();
});

/** What dictation and the keyboards of phones do: the end of what was written is another. */
async function rewrite(page: Page, before: string, after: string): Promise<void> {
  await page.locator(FIELD).evaluate(
    (element, { before, after }) => {
      const field = element as HTMLTextAreaElement;
      field.value = field.value.slice(0, field.value.length - before.length) + after;
      field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    },
    { before, after },
  );
}
