import type { Rectangle } from '@deskside/protocol';
import fc from 'fast-check';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MediaProcess, startMedia } from './process.ts';
import { TestDisplay } from './testing/display.ts';
import { TestViewer } from './testing/viewer.ts';

const size = { width: 801, height: 600 };
const screen = { x: 0, y: 0, ...size };

/** Enough for an encoder to keep to its rate. */
const FRAMES = 30;

describe.each([
  ['that the X server copies', () => TestDisplay.start(`${size.width}x${size.height}`)],
  ['in the memory that the X server draws in', () => TestDisplay.startShared(size.width, size.height)],
])('a picture in two layers, of a screen %s', (_where, startDisplay) => {
  let display: TestDisplay;
  let media: MediaProcess;
  beforeAll(async () => {
    display = await startDisplay();
    media = startMedia({
      display: display.name,
      screenSegment: () => display.segment,
      fps: 60,
      bitrate: 8000,
      encoder: 'auto',
      log: pino({ level: 'silent' }),
      onState: () => {},
    });
  });
  afterAll(async () => {
    await media[Symbol.asyncDispose]();
    await display[Symbol.asyncDispose]();
  });

  const watch = () => TestViewer.watch(media, { size });

  /** Settles when every pixel is the X server's: at rest it has to be, soon. */
  async function exact(viewer: TestViewer): Promise<void> {
    const truth = await display.pixels(screen);
    await viewer.until(() => viewer.format !== undefined && viewer.differences(truth, size) === 0);
  }

  test('is exact at rest', async () => {
    await display.text(screen, 1);
    await using viewer = await watch();
    await exact(viewer);
    expect(viewer.updates[0]?.video?.key).toBe(true);
    expect(viewer.updates.slice(1).every(({ refinement, video }) => refinement && !video)).toBe(true);
  });

  test('begins with all of it in pixels, and an empty frame of video', async () => {
    await display.text(screen, 1);
    await using viewer = await watch();
    await viewer.until(() => viewer.updates.length > 0);
    const [first] = viewer.updates;
    expect(first?.video).toMatchObject({ key: true, owns: [] });
    expect(viewer.differences(await display.pixels(screen), size)).toBe(0);
  });

  test('begins with video where pixels would take more than that', async () => {
    await display.noise(screen, 1);
    await using viewer = await watch();
    await viewer.until(() => viewer.updates.length > 0);
    expect(viewer.updates[0]).toMatchObject({ tiles: [], video: { key: true, owns: [screen] } });
    await exact(viewer);
  });

  test('sharpens what rests by pieces that a narrow way takes, one for each grant of its own', async () => {
    const bitrate = 2000;
    await using viewer = await TestViewer.watch(media, { size, rate: { bitrate, fps: 60 }, window: 0 });
    await display.noise(screen, 1);
    const refinements = () => viewer.updates.filter(({ refinement }) => refinement);
    const others = () => viewer.updates.length - refinements().length;
    for (let pieces = 0; pieces < 10; pieces = refinements().length) {
      // Enough for all ten at once.
      viewer.stream.grant(12);
      await viewer.until(() => refinements().length > pieces);
      const before = others();
      await display.fill({ x: 16 * pieces, y: 0, width: 8, height: 8 }, pieces);
      await viewer.until(() => others() > before);
      expect(refinements()).toHaveLength(pieces + 1);
    }
    const bytes = refinements().map(({ tiles }) => tiles.reduce((sum, { data }) => sum + data.length, 0));
    // 50 ms of it, passed by the last tile at most.
    expect(Math.max(...bytes)).toBeLessThan(2 * ((bitrate / 8) * 50));
  });

  test('shows what is small in pixels at once', async () => {
    await using viewer = await watch();
    await exact(viewer);
    const before = viewer.updates.length;
    await display.fill({ x: 200, y: 100, width: 10, height: 18 }, 0x123456);
    await exact(viewer);
    expect(viewer.updates).toHaveLength(before + 1);
    expect(viewer.updates.at(-1)).toMatchObject({
      refinement: false,
      copies: [],
      tiles: [{ x: 200, y: 100, width: 10, height: 18 }],
    });
    expect(viewer.updates.at(-1)?.video).toBeUndefined();
  });

  test('shows scrolling as copies, exactly', async () => {
    await display.text(screen, 2);
    await using viewer = await watch();
    await exact(viewer);
    const withCopies = () => viewer.updates.filter(({ copies }) => copies.length > 0);
    // Some steps may come before the rows at rest were looked at.
    for (let step = 1; withCopies().length < 15; step++) {
      await scroll(screen, -13, step);
      await exact(viewer);
    }
  });

  test('shows what is large and fast as video, beside what stays exact', async () => {
    await display.text(screen, 3);
    await using viewer = await watch();
    await exact(viewer);
    const film = { x: 320, y: 160, width: 320, height: 240 };
    const before = viewer.updates.length;
    for (let frame = 0; frame < 10; frame++) {
      const shown = viewer.updates.length;
      await display.noise(film, frame);
      await viewer.until(() => viewer.updates.slice(shown).some(({ video }) => video));
    }
    const owned = viewer.updates.slice(before).flatMap(({ video }) => video?.owns ?? []);
    expect(owned.every((cell) => cell.x >= film.x && cell.x + cell.width <= film.x + film.width)).toBe(true);
    expect(owned.every((cell) => cell.y >= film.y && cell.y + cell.height <= film.y + film.height)).toBe(
      true,
    );
    await exact(viewer);
  });

  test('has an encoder for what moves only, until something else does', async () => {
    await display.text(screen, 4);
    await using viewer = await watch();
    await exact(viewer);
    const film = { x: 320, y: 160, width: 240, height: 208 };
    const areas = () => viewer.updates.flatMap(({ video }) => video?.area ?? []);
    for (let picture = 0; areas().length < 3; picture++) {
      const shown = viewer.updates.length;
      await display.noise(film, picture);
      await viewer.until(() => viewer.updates.length > shown);
    }
    expect(areas()).toEqual([film, film, film]);
    const before = viewer.updates.length;
    await display.noise(screen, 1);
    await viewer.until(() => viewer.updates.slice(before).some(({ video }) => video && !video.area));
    await exact(viewer);
  });

  test('does not exceed its rate with noise over the whole screen, and is exact afterwards', async () => {
    const bitrate = 2000;
    await using viewer = await TestViewer.watch(media, { size, rate: { bitrate, fps: 60 } });
    await exact(viewer);
    const before = viewer.updates.length;
    const pictures = () => viewer.updates.slice(before).flatMap(({ video }) => video ?? []);
    for (let picture = 0; pictures().length < FRAMES; picture++) {
      const shown = pictures().length;
      await display.noise(screen, picture);
      await viewer.until(() => pictures().length > shown);
    }
    // At the frame rate, however slowly it was drawn here.
    const bytes = pictures().reduce((sum, { data }) => sum + data.length, 0);
    expect(bytes * 8).toBeLessThan((1.5 * bitrate * 1000 * FRAMES) / 60);
    await exact(viewer);
  });

  test('is exact at rest after whatever was drawn', { timeout: 60_000 }, async () => {
    await using viewer = await watch();
    await fc.assert(
      fc.asyncProperty(fc.array(drawing, { minLength: 1, maxLength: 25 }), async (drawings) => {
        for (const { kind, area, by, seed } of drawings) {
          if (kind === 'scroll') await scroll(area, by, seed);
          else if (kind === 'fill') await display.fill(area, seed);
          else await display[kind](area, seed);
        }
        await exact(viewer);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  /** Moves the content of an area up or down, and draws the rows that come into it. */
  async function scroll({ x, y, width, height }: Rectangle, by: number, seed: number): Promise<void> {
    const rows = Math.min(Math.abs(by), height);
    const kept = { x, y: by < 0 ? y + rows : y, width, height: height - rows };
    await display.copy(kept, x, kept.y + by);
    await display.text({ x, y: by < 0 ? y + height - rows : y, width, height: rows }, seed);
  }
});

/** Mostly a few areas, so that they are drawn to again and again, as windows are. */
const area = fc.oneof(
  fc.constantFrom(
    screen,
    { x: 37, y: 51, width: 411, height: 333 },
    { x: 500, y: 80, width: 280, height: 480 },
    { x: 450, y: 300, width: 200, height: 150 },
  ),
  fc
    .record({
      x: fc.integer({ min: 0, max: 790 }),
      y: fc.integer({ min: 0, max: 590 }),
      width: fc.integer({ min: 1, max: 200 }),
      height: fc.integer({ min: 1, max: 100 }),
    })
    .map(({ x, y, width, height }) => ({
      x,
      y,
      width: Math.min(width, size.width - x),
      height: Math.min(height, size.height - y),
    })),
);

const drawing = fc.record({
  kind: fc.constantFrom('scroll', 'scroll', 'scroll', 'fill', 'text', 'noise'),
  area,
  by: fc.constantFrom(-13, 13, -40, 8),
  seed: fc.integer({ min: 0, max: 0xffffff }),
});
