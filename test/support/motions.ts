/** What moves on a desktop of 1280x720, picture by picture. */
import type { Rectangle, XClient } from './x-client.ts';

const SCREEN = { x: 0, y: 0, width: 1280, height: 720 };
const FILM = { x: 400, y: 200, width: 480, height: 272 };

/** Draws picture by picture, as a program does at 60 per second; the window covers the screen. */
export type Motion = (x: XClient, window: number) => (picture: number) => void;

export const motions: Record<string, Motion> = {
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

/** What is hardest to encode, and hardest to send. */
export const WORST = [
  'photographs that were leafed through',
  'a gradient that moved',
  'noise over the whole screen',
  'full screen, on and off',
];

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
