/** Whole pages, pixel by pixel: whatever moved, at rest the page shows exactly what is on the screen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { test } from '../support/desktop-test.ts';
import { openBare, untilExact } from '../support/exact.ts';
import { drawTestCard } from '../support/test-card.ts';
import type { Rectangle, XClient } from '../support/x-client.ts';

const SCREEN = { x: 0, y: 0, width: 1280, height: 720 };
const FILM = { x: 400, y: 200, width: 480, height: 272 };

/** Draws picture by picture, as a program does at 60 per second. */
type Motion = (x: XClient, window: number) => (picture: number) => void;

const motions: Record<string, Motion> = {
  'a page that scrolled down': (x, window) => (picture) => {
    scroll(x, window, SCREEN, 13);
    line(x, window, SCREEN.height - 3, picture);
  },
  'a window that scrolled beside others': (x, window) => (picture) => {
    scroll(x, window, { x: 203, y: 101, width: 611, height: 487 }, picture % 7);
    x.text(window, 0xffffff, 210, 580, `${picture} lines of a log that goes on and on`);
  },
  'a page that scrolled sideways': (x, window) => (picture) => {
    const { width, height } = SCREEN;
    x.copy(window, { x: 9, y: 0 }, window, { x: 0, y: 0, width: width - 9, height });
    x.fill(window, picture * 0x050301, { x: width - 9, y: 0, width: 9, height });
  },
  'a video that stopped': (x, window) => (picture) => x.put(window, FILM, noise(FILM, picture)),
  'a video beside which somebody typed': (x, window) => (picture) => {
    x.put(window, FILM, noise(FILM, picture));
    x.text(window, 0xffff00, 40 + picture * 6, 650, String.fromCharCode(97 + (picture % 26)));
  },
  'a video that jumped from place to place': (x, window) => (picture) => {
    const at = { ...FILM, x: 40 + 160 * Math.floor(picture / 14), y: 90 * Math.floor(picture / 14) };
    x.put(window, at, noise(at, picture));
  },
  'a terminal flood': (x, window) => (picture) => {
    scroll(x, window, SCREEN, 13 * 17);
    for (let row = 0; row < 17; row++) line(x, window, SCREEN.height - 3 - 13 * row, picture * 17 + row);
  },
  'windows that moved': (x) => {
    const moved = x.openWindow({ x: 0, y: 0, width: 420, height: 310 }, 0x306090);
    x.fill(moved, 0xffffff, { x: 10, y: 10, width: 200, height: 3 });
    return (picture) => x.moveWindow(moved, picture * 11, picture * 5);
  },
  'menus that opened and closed': (x) => {
    let menu: number | undefined;
    return (picture) => {
      if (menu !== undefined) x.closeWindow(menu);
      menu = picture % 3 === 2 ? undefined : x.openWindow({ ...FILM, x: picture * 9 }, 0xf0f0e8);
      if (menu !== undefined) x.text(menu, 0, 8, 20, `Entry ${picture}`);
    };
  },
  'full screen, on and off': (x, window) => {
    let whole: number | undefined;
    return (picture) => {
      if (picture % 12 === 0) {
        if (whole === undefined) whole = x.coverScreen(0x101010);
        else {
          x.closeWindow(whole);
          whole = undefined;
        }
      }
      const at = whole === undefined ? FILM : { x: 0, y: 104, width: 1280, height: 512 };
      x.put(whole ?? window, at, noise(at, picture));
    };
  },
};

/** One page for all motions: each begins where the one before has left it. */
let page: Page | undefined;

describe('exact at rest after', () => {
  test.for(Object.entries(motions))('%s', async ([, motion], { streamer, chromium, x }) => {
    page ??= await openBare(chromium, streamer.page({ view: '1:1' }));
    await drawTestCard(x);
    await play(x, motion);
    await untilExact(page, x);
  });
});

async function play(x: XClient, motion: Motion): Promise<void> {
  const draw = motion(x, x.coverScreen(0x204020));
  for (let picture = 1; picture <= 40; picture++) {
    draw(picture);
    await x.sync();
    await sleep(1000 / 60);
  }
}

function scroll(x: XClient, window: number, { x: left, y, width, height }: Rectangle, by: number): void {
  const kept = { x: left, y, width, height: height - by };
  x.copy(window, { x: left, y: y + by }, window, kept);
  x.fill(window, 0x204020, { x: left, y: y + height - by, width, height: by });
}

function line(x: XClient, window: number, y: number, seed: number): void {
  x.text(
    window,
    0xe0e0e0,
    8,
    y,
    `${seed} ${(seed * 7919).toString(36)} ${'make[2]: Leaving '.repeat(seed % 9)}`,
  );
}

function noise({ width, height }: Rectangle, seed: number): Uint8Array {
  const words = new Uint32Array(width * height);
  let state = seed + 1;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[i] = state >>> 8;
  }
  return new Uint8Array(words.buffer);
}
