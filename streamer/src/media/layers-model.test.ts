/** The layers against a model of what a viewer shows, without X server and encoder: thousands of moments in a second. */
import type { Rectangle, Tile } from '@deskside/protocol';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Layers } from './layers.ts';
import { SharedMemory } from './shared-memory.ts';
import { ShownPicture } from './testing/shown-picture.ts';

const size = { width: 401, height: 300 };
const screen = { x: 0, y: 0, ...size };

const memory = SharedMemory.create(size.width * size.height * 4);
const words = new Uint32Array(memory.bytes);
const framebuffer = { ...size, address: memory.address, stride: size.width * 4, words };
afterAll(() => memory[Symbol.dispose]());

test('exact pixels are those of the screen at every moment, and all are once it rests', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), (steps) => {
      const layers = new Layers(framebuffer);
      const shown = new ShownPicture(size);
      layers.giveToVideo([screen], 0);
      let time = 0;
      for (const { area, draw, seed, times, pause } of steps) {
        for (let i = 0; i < times; i++) {
          draw(area, seed + i);
          const { copies, tiles, video } = layers.plan([area], time, 8000);
          shown.apply(copies, tiles);
          shown.giveToVideo(video);
          expect(wrongPixels(shown)).toBe(0);
          time += pause;
          shown.apply([], refinements(layers, time));
          expect(wrongPixels(shown)).toBe(0);
        }
      }
      shown.apply([], refinements(layers, time + 1000));
      expect(wrongPixels(shown)).toBe(0);
      expect(shown.owned.includes(1)).toBe(false);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test('while something goes on changing there is less to be done than once it rests', () => {
  const layers = new Layers(framebuffer);
  layers.giveToVideo([screen], 0);
  refinements(layers, 1000);
  const typed = (time: number): number => {
    layers.plan([{ x: 8, y: 8, width: 6, height: 13 }], time, 8000);
    return layers.refineAt - time;
  };
  const waits = Array.from({ length: 60 }, (_, i) => typed(1000 + i * 16));
  // The rows are learned a rest after the newest change, and once a second all the same.
  expect(new Set(waits.slice(0, 50))).toEqual(new Set([150]));
  expect(waits.at(-1)).toBeLessThan(150);
});

/** What is sharpened until then. */
function refinements(layers: Layers, until: number): Tile[] {
  const tiles: Tile[] = [];
  while (layers.refineAt <= until)
    tiles.push(...[layers.refine(until, 8192)].filter((tile) => tile !== undefined));
  return tiles;
}

function wrongPixels({ pixels, owned }: ShownPicture): number {
  let wrong = 0;
  for (let i = 0; i < pixels.length; i++) if (owned[i] === 0 && pixels[i] !== words[i]) wrong++;
  return wrong;
}

type Draw = (area: Rectangle, seed: number) => void;

const fill: Draw = ({ x, y, width, height }, seed) => {
  for (let row = y; row < y + height; row++) {
    words.fill((seed * 7919) & 0xffffff, row * size.width + x, row * size.width + x + width);
  }
};

/** Hardly two pixels alike. */
const noise: Draw = ({ x, y, width, height }, seed) => {
  let state = seed + 1;
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      words[row * size.width + column] = state >>> 8;
    }
  }
};

/** Rows of which no two are alike. */
const text: Draw = ({ x, y, width, height }, seed) => {
  for (let row = y; row < y + height; row++) {
    fill({ x, y: row, width, height: 1 }, seed * 1000 + row);
    words[row * size.width + x + ((row * 31 + seed) % width)] = 0xffffff;
  }
};

/** Moves what is there up or down, and draws the rows that come into it. */
const scroll =
  (by: number): Draw =>
  ({ x, y, width, height }, seed) => {
    const rows = Math.min(Math.abs(by), height);
    const kept = height - rows;
    for (let i = 0; i < kept; i++) {
      const row = by < 0 ? y + i : y + height - 1 - i;
      const from = (row + (by < 0 ? rows : -rows)) * size.width + x;
      words.copyWithin(row * size.width + x, from, from + width);
    }
    text({ x, y: by < 0 ? y + kept : y, width, height: rows }, seed);
  };

/** Mostly a few areas, so that they are drawn to again and again, as windows are. */
const area = fc.oneof(
  fc.constantFrom(
    screen,
    { x: 37, y: 51, width: 211, height: 133 },
    { x: 150, y: 40, width: 180, height: 240 },
    { x: 225, y: 150, width: 100, height: 75 },
  ),
  fc.tuple(fc.nat(390), fc.nat(290), fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 100 })).map(
    ([x, y, width, height]): Rectangle => ({
      x,
      y,
      width: Math.min(width, size.width - x),
      height: Math.min(height, size.height - y),
    }),
  ),
);

const step = fc.record({
  area,
  draw: fc.constantFrom(scroll(-13), scroll(-13), scroll(13), scroll(-40), scroll(8), fill, noise, text),
  /** So few that what was there comes back. */
  seed: fc.nat(2),
  /** As a page does that scrolls on. */
  times: fc.constantFrom(1, 1, 2, 6),
  /** Of pictures of a motion, or a rest. */
  pause: fc.constantFrom(17, 17, 17, 17, 400),
});
