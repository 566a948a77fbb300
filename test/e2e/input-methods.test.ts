import { expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { Keys } from '../support/keys.ts';
import { Terminal } from '../support/terminal.ts';

const test = desktop
  .extend('terminal', async ({ streamer }, { onCleanup }) => {
    const terminal = await Terminal.open(streamer.address);
    onCleanup(() => terminal[Symbol.asyncDispose]());
    return terminal;
  })
  .extend('page', async ({ streamer, chromium, terminal }, { onCleanup }) => {
    expect(await terminal.typed()).toBe('');
    const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
    onCleanup(() => page.context().close());
    await page.mouse.click(100, 100);
    return page;
  })
  .extend('keys', async ({ page }) => await Keys.of(page));

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
