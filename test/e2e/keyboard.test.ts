import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { Relay } from '../support/relay.ts';
import { test } from '../support/typing-test.ts';
import { until } from '../support/until.ts';

/** What a US keyboard gives with Shift held, which Playwright does not press by itself. */
const SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ~!@#$%^&*()_+{}|:"<>?';

test('ASCII', async ({ terminal, page }) => {
  const text = `The quick brown fox, 0123456789: !"#$%&'()*+,-./;<=>?@[\\]^_\`{|}~`;
  for (const character of text)
    await page.keyboard.press(SHIFTED.includes(character) ? `Shift+${character}` : character);
  await terminal.untilTyped(text);
});

test('letters that the layout lacks', async ({ terminal, page }) => {
  await page.keyboard.type('café straße 5 € ñ');
  await terminal.untilTyped('café straße 5 € ñ');
});

test('a key pressed again and again', async ({ terminal, page }) => {
  for (let i = 0; i < 20; i++) await page.keyboard.press('x');
  await terminal.untilTyped('x'.repeat(20));
});

test('a key that is held repeats until it is released', async ({ terminal, x, page }) => {
  await page.keyboard.down('z');
  await until('repeats', async () => (await terminal.typed()).length >= 3);
  await page.keyboard.up('z');
  await until('the key to be up', async () => (await x.heldKeys()).length === 0);
  expect(await terminal.typed()).toMatch(/^z+$/);
});

test('Ctrl+C, Enter, Tab and arrows', async ({ terminal, page }) => {
  for (const key of ['Control+c', 'Enter', 'Tab', 'ArrowUp', 'Backspace']) await page.keyboard.press(key);
  await terminal.untilTyped('\x03\r\t\x1b[A\x7f');
});

test('a key that is held while the page loses focus is released', async ({ x, page }) => {
  await page.keyboard.down('Shift');
  await page.keyboard.down('A');
  await until('two keys to be down', async () => (await x.heldKeys()).length === 2);
  await loseFocus(page);
  await until('no key to be down', async () => (await x.heldKeys()).length === 0);
});

test('a key that is held when the page closes is released', async ({ x, page }) => {
  await page.keyboard.down('a');
  await until('a key to be down', async () => (await x.heldKeys()).length === 1);
  await page.context().close();
  await until('no key to be down', async () => (await x.heldKeys()).length === 0);
});

test('a key that is held when the network falls silent is released', async ({ streamer, chromium, x }) => {
  await using relay = await Relay.to(Number(streamer.url.port));
  const page = await openViewer(chromium, relay.rewrite(streamer.page({ transport: 'websocket' })));
  await page.mouse.click(100, 100);
  await page.keyboard.down('Shift');
  await until('a key to be down', async () => (await x.heldKeys()).length === 1);
  relay.stall();
  await until('no key to be down', async () => (await x.heldKeys()).length === 0);
  await page.context().close();
});

/** Another tab comes to the front. Playwright keeps every page focused unless told otherwise. */
async function loseFocus(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const other = await page.context().newPage();
  await other.bringToFront();
}
