/** Everything that the keyboards of eight countries have, typed through the page into real programs. */
import type { Page } from 'playwright-core';
import { openViewer } from '../support/chromium.ts';
import {
  COUNTRY_KEYBOARDS,
  type CountryKeyboard,
  layoutMap,
  pressCtrl,
  textOf,
  typeEverything,
} from '../support/country-keyboards.ts';
import { test } from '../support/desktop-test.ts';
import { Editor } from '../support/editor.ts';
import { untilLayout } from '../support/keyboard-layout.ts';
import { type KeyAct, playKeys } from '../support/play-keys.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

test('a terminal and a GTK program get it all, and shortcuts', async ({ streamer, chromium, x }) => {
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }), {}, tellChosenLayout);
  // Without a window manager, keys go to where the pointer is.
  const pointTo = async (left: number, top: number): Promise<void> => {
    await page.mouse.click(left, top);
    await until('the pointer to be there', async () => (await x.pointer()).y === top);
  };
  await using editor = await Editor.open(streamer.address);
  await pointTo(...EDITOR);
  await until('the editor to take keys', async () => {
    await page.keyboard.press('x');
    await page.keyboard.press('Control+s');
    return (await editor.saved()) !== '';
  });
  await using terminal = await Terminal.open(streamer.address);
  let typed = '';
  for (const keyboard of COUNTRY_KEYBOARDS) {
    const all = typeEverything(keyboard);
    await choose(page, keyboard);
    await untilLayout(streamer.address, keyboard.layout);
    await pointTo(...TERMINAL);
    await play(page, all);
    typed += textOf(all);
    await terminal.untilTyped(typed);
    await pointTo(...EDITOR);
    await play(page, [...pressCtrl(keyboard, 'a'), ...all, ...pressCtrl(keyboard, 's')]);
    await until(`${keyboard.layout} in the editor`, async () => {
      const saved = await editor.saved();
      if (saved !== textOf(all)) throw new Error(JSON.stringify(saved));
      return true;
    });
  }
  await page.context().close();
});

/** Places within the windows: the terminal covers the upper part of the editor. */
const TERMINAL = [100, 100] as const;
const EDITOR = [300, 400] as const;

interface Chosen {
  layoutMap: [code: string, key: string][];
}

/** Runs inside a page before its own scripts: its browser tells of the layout that is chosen below. */
function tellChosenLayout(): void {
  const { keyboard } = navigator as unknown as { keyboard: object };
  const getLayoutMap = async () => new Map((window as Partial<Chosen>).layoutMap);
  Object.assign(keyboard, { getLayoutMap });
}

/** A person chooses another layout in their own system, and comes back to the page. */
async function choose(page: Page, keyboard: CountryKeyboard): Promise<void> {
  await page.evaluate((layoutMap) => {
    Object.assign(window, { layoutMap });
    window.dispatchEvent(new Event('focus'));
  }, layoutMap(keyboard));
}

async function play(page: Page, acts: readonly KeyAct[]): Promise<void> {
  await page.locator('remote-desktop').evaluate(playKeys, acts);
}
