/** Whole pages, pixel by pixel: whatever moved, at rest the page shows exactly what is on the screen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { live } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { openBare, untilExact } from '../support/exact.ts';
import { Relay } from '../support/relay.ts';
import { drawTestCard } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { type Rectangle, XClient } from '../support/x-client.ts';

test.override('streamerOptions', { resize: 'auto' });

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
  'noise over the whole screen': (x, window) => (picture) => x.put(window, SCREEN, noise(SCREEN, picture)),
  'a gradient that moved': (x, window) => (picture) => x.put(window, SCREEN, gradient(SCREEN, picture)),
  'photographs that were leafed through': (x, window) => (picture) => {
    if (picture % 8 === 0) x.put(window, SCREEN, photograph(SCREEN, picture));
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

const moving = motions['a video beside which somebody typed']!;

/** One page for all motions: each begins where the one before has left it. */
let page: Page | undefined;

describe('exact at rest after', () => {
  test.for(Object.entries(motions))('%s', async ([, motion], { streamer, chromium, x }) => {
    page ??= await openBare(chromium, streamer.page({ view: '1:1' }));
    await drawTestCard(x);
    await play(x, motion);
    await untilExact(page, x);
  });

  test('a second viewer came while something moved', async ({ streamer, chromium, x }) => {
    const address = streamer.page({ view: '1:1' });
    page ??= await openBare(chromium, address);
    const [second] = await Promise.all([openBare(chromium, address), play(x, moving)]);
    await untilExact(second, x);
    await untilExact(page, x);
    await second.context().close();
  });

  test('the connection dropped while something moved', async ({ streamer, chromium, x }) => {
    await using relay = await Relay.to(Number(streamer.url.port));
    const address = relay.rewrite(streamer.page({ view: '1:1', transport: 'websocket' }));
    const dropped = await openBare(chromium, address);
    await play(x, (...on) => {
      const draw = moving(...on);
      return (picture) => {
        if (picture === 20) relay.cut();
        draw(picture);
      };
    });
    await live(dropped);
    await untilExact(dropped, x);
    await dropped.context().close();
  });
});

test('noise over the whole screen stalls no input', async ({ streamer, chromium, x }) => {
  page ??= await openBare(chromium, streamer.page({ view: '1:1' }));
  const shown = page;
  const show = motions['noise over the whole screen']!(x, x.coverScreen());
  let clicks = 0;
  x.on('click', () => clicks++);
  // Noise that never rests before everything has arrived.
  for (let picture = 0; clicks < 20; picture++) {
    show(picture);
    await Promise.all([x.sync(), picture < 20 && shown.mouse.click(100 + picture, 100)]);
  }
});

// The last one: the others are drawn for the size before.
test('exact at rest after the screen got another size while something moved', async ({
  streamer,
  chromium,
  x,
}) => {
  const resized = await openBare(chromium, streamer.page());
  await Promise.all([resized.setViewportSize({ width: 1100, height: 640 }), play(x, moving)]);
  using after = await until('the new size', async () => {
    // A client learns the size of the screen once, when it connects.
    const client = await XClient.connect(streamer.address);
    if (client.screen.pixel_width === 1100) return client;
    client[Symbol.dispose]();
  });
  await untilExact(resized, after);
  await resized.context().close();
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

/** Steps so fine that a video has bands where they are. */
function gradient({ width, height }: Rectangle, shift: number): Uint8Array {
  return draw(width, height, (x, y) => {
    const red = ((x + 3 * shift) >> 2) & 255;
    return (red << 16) | ((((y + shift) >> 1) & 255) << 8) | (((x + y) >> 3) & 255);
  });
}

/** Soft shapes, and grain in every pixel, as a sensor has it. */
function photograph({ width, height }: Rectangle, seed: number): Uint8Array {
  let state = seed;
  return draw(width, height, (x, y) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const light =
      120 + 60 * Math.sin((x + 40 * seed) / 90) + 50 * Math.cos((y + x / 3) / 70) + (state >>> 29);
    return (light << 16) | ((light * 0.8) << 8) | (255 - light);
  });
}

function draw(width: number, height: number, colour: (x: number, y: number) => number): Uint8Array {
  const words = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) words[y * width + x] = colour(x, y);
  return new Uint8Array(words.buffer);
}
