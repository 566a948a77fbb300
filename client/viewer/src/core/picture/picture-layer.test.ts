/** The layer in a real Chromium, against a model that keeps every pixel. */
import { deflateRawSync } from 'node:zlib';
import { type Copy, encodeQoi, maxQoiSize, type Rectangle, TileCodec } from '@deskside/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BrowserPage } from '../../testing/browser-page.ts';
import type * as layerModule from './picture-layer.ts';

/** Larger than one canvas of the layer both ways, so that seams are crossed. */
const WIDTH = 980;
const HEIGHT = 228;
/** What makes all of it exact, and goes on until that counts as settled. */
const SETTLING: Step[] = settling();

let browser: BrowserPage;

beforeAll(async () => {
  browser = await BrowserPage.open(new URL('./picture-layer.ts', import.meta.url));
  await browser.page.clock.install();
}, 30_000);

afterAll(() => browser[Symbol.asyncDispose]());

beforeEach(newLayer);

interface PageWindow {
  module: typeof layerModule;
  layer?: layerModule.PictureLayer;
}

/** One step, as the layer gets it. A tile is of one colour with one pixel of another in its first corner. */
type Step =
  | { do: 'draw'; copies: Copy[]; tiles: (Rectangle & { color: number; deflated: boolean })[] }
  | { do: 'expect'; frame: number; owns: Rectangle[] }
  | { do: 'shown'; frame: number }
  | { do: 'pass'; ms: number };

describe('the layer', () => {
  it('is transparent before anything is drawn', async () => {
    expect(await pixels()).toEqual(new Uint32Array(WIDTH * HEIGHT));
  });

  it('moves pixels whatever overlaps, up, down and sideways', async () => {
    const tiles = [0, 1, 2, 3].map((i) => ({
      ...{ x: 950 + i * 2, y: 188 + i * 7, width: 20, height: 12 },
      ...{ color: 0x102030 * (i + 1), deflated: false },
    }));
    const area = { width: 30, height: 32 };
    await expectModel([
      { do: 'draw', copies: [], tiles },
      { do: 'draw', copies: [{ x: 950, y: 180, ...area, dx: 0, dy: -8 }], tiles: [] },
      { do: 'draw', copies: [{ x: 950, y: 188, ...area, dx: 0, dy: 8 }], tiles: [] },
      { do: 'draw', copies: [{ x: 943, y: 188, ...area, dx: -7, dy: 0 }], tiles: [] },
      { do: 'draw', copies: [{ x: 946, y: 190, ...area, dx: 3, dy: 2 }], tiles: [] },
    ]);
  });

  it.for([-50, 50])('scrolls on and on by %i rows, without what stands still', async (dy) => {
    const steps: Step[] = [];
    for (let i = 0; i < 9; i++) {
      const area = { x: 0, y: Math.max(0, dy), width: WIDTH - 15, height: HEIGHT - 50 };
      const fresh = { x: 0, y: dy < 0 ? HEIGHT - 50 : 0, width: WIDTH - 15, height: 50 };
      const color = 0x1c3a55 * (i + 1);
      const still = { x: WIDTH - 12, y: 20 * i, width: 9, height: 9, color, deflated: false };
      steps.push({
        do: 'draw',
        copies: [{ ...area, dx: 0, dy }],
        tiles: [{ ...fresh, color, deflated: true }, still],
      });
    }
    await expectModel(steps);
  });

  it('gives to video what it takes over, when its frame is shown, and keeps what is newer', async () => {
    const first = { x: 0, y: 0, width: WIDTH, height: HEIGHT, color: 0xff0000, deflated: true };
    const newer = { x: 100, y: 50, width: 10, height: 10, color: 0x00ff00, deflated: false };
    const steps: Step[] = [
      { do: 'draw', copies: [], tiles: [first] },
      { do: 'expect', frame: 1, owns: [{ x: 90, y: 40, width: 880, height: 160 }] },
      { do: 'draw', copies: [], tiles: [newer] },
    ];
    await expectModel(steps);
    await expectModel([...steps, { do: 'shown', frame: 1 }], { replay: steps.length });
  });

  it('gives to video what came there as a copy', async () => {
    const tile = { x: 0, y: 0, width: 16, height: 16, color: 0x30ff60, deflated: false };
    const copy = { x: 64, y: 32, width: 16, height: 16, dx: 64, dy: 32 };
    await expectModel([
      { do: 'draw', copies: [], tiles: [tile] },
      { do: 'draw', copies: [copy], tiles: [] },
      { do: 'expect', frame: 1, owns: [copy] },
      { do: 'shown', frame: 1 },
    ]);
  });

  it('shows one canvas from the beginning if that is opaque, and hides those that hold nothing', async () => {
    const everything = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    await run([{ do: 'draw', copies: [], tiles: [{ ...everything, color: 1, deflated: true }] }]);
    expect(await visibleCanvases()).toBe(1);
    await run([
      { do: 'expect', frame: 1, owns: [{ ...everything, height: 217 }] },
      { do: 'shown', frame: 1 },
    ]);
    expect(await visibleCanvases()).toBe(2);
  });

  it('shows one canvas while all of it goes on being exact, and no more of it once video takes over a part', async () => {
    await run(SETTLING);
    expect(await visibleCanvases()).toBe(1);
    const steps: Step[] = [
      { do: 'expect', frame: SETTLING.length, owns: [{ x: 0, y: 0, width: 961, height: 220 }] },
      { do: 'shown', frame: SETTLING.length },
    ];
    await expectModel([...SETTLING, ...steps], { replay: SETTLING.length });
    expect(await visibleCanvases()).toBe(3);
  });

  it('begins anew to wait for one canvas when video took over a part meanwhile', async () => {
    const everything = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    const draw: Step = { do: 'draw', copies: [], tiles: [{ ...everything, color: 1, deflated: true }] };
    await run([
      draw,
      { do: 'pass', ms: 400 },
      { do: 'expect', frame: 2, owns: [{ ...everything, height: 100 }] },
      { do: 'shown', frame: 2 },
      draw,
    ]);
    expect(await visibleCanvases()).toBe(4);
    await run([{ do: 'pass', ms: 400 }, draw]);
    expect(await visibleCanvases()).toBe(1);
  });

  it('shows several again once only little of it changes, and as finished images those in which nothing does', async () => {
    await run(SETTLING);
    const letter = { x: 970, y: 220, width: 6, height: 6, color: 1, deflated: false };
    const type: Step = { do: 'draw', copies: [], tiles: [letter] };
    const typing: Step[] = [{ do: 'pass', ms: 700 }, type, { do: 'pass', ms: 700 }];
    await run(typing);
    expect(await visibleCanvases()).toBe(4);
    expect(await finishedImages()).toBe(3);
    await run([{ do: 'pass', ms: 2000 }]);
    expect(await finishedImages()).toBe(4);
    const across = { x: 0, y: 200, width: WIDTH, height: 20, color: 2, deflated: true };
    const draw: Step = { do: 'draw', copies: [], tiles: [across] };
    await expectModel([...SETTLING, ...typing, draw], { replay: SETTLING.length + typing.length });
    expect(await finishedImages()).toBe(0);
  });

  it('knows whether anything below can be seen beside a rectangle', async () => {
    const everything = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    const hole = { x: 944, y: 208, width: 30, height: 16 };
    await run([
      { do: 'draw', copies: [], tiles: [{ ...everything, color: 1, deflated: true }] },
      { do: 'expect', frame: 1, owns: [hole] },
      { do: 'shown', frame: 1 },
    ]);
    expect(await isOpaqueBeside(hole)).toBe(true);
    expect(await isOpaqueBeside({ ...hole, width: hole.width - 1 })).toBe(false);
    expect(await isOpaqueBeside(undefined)).toBe(false);
  });

  it('knows that what was not drawn from the beginning can be seen', async () => {
    const most = { x: 0, y: 0, width: WIDTH, height: HEIGHT - 1, color: 1, deflated: true };
    await run([{ do: 'draw', copies: [], tiles: [most] }]);
    expect(await isOpaqueBeside(undefined)).toBe(false);
    expect(await isOpaqueBeside({ x: 0, y: HEIGHT - 1, width: WIDTH, height: 1 })).toBe(true);
  });

  it.for([
    ['a tile that leaves the screen', { x: WIDTH - 4, y: 0, width: 8, height: 8 }],
    ['a tile below it', { x: 0, y: HEIGHT - 4, width: 8, height: 8 }],
  ] as const)('refuses %s', async ([, rectangle]) => {
    const tile = { ...rectangle, color: 1, deflated: false };
    await expect(run([{ do: 'draw', copies: [], tiles: [tile] }])).rejects.toThrow('leaves the screen');
  });

  it('refuses a copy from beside the screen', async () => {
    const copy = { x: 0, y: 0, width: 8, height: 8, dx: 1, dy: 0 };
    await expect(run([{ do: 'draw', copies: [copy], tiles: [] }])).rejects.toThrow('leaves the screen');
  });

  it('shows in every pixel what copies, tiles and shown frames make of it', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(steps(), { maxLength: 12 }), async (settled, sequence) => {
        await newLayer();
        const all = [...(settled ? SETTLING : []), ...sequence];
        await expectModel(all.map((step, index) => numbered(step, index)));
      }),
      { numRuns: 60 },
    );
  });
});

function settling(): Step[] {
  const everything = { x: 0, y: 0, width: WIDTH, height: HEIGHT, color: 0x405060, deflated: true };
  const letter = { x: 7, y: 30, width: 6, height: 9, color: 0x010203, deflated: false };
  return [
    { do: 'draw', copies: [], tiles: [everything] },
    { do: 'pass', ms: 400 },
    { do: 'draw', copies: [], tiles: [everything, letter] },
  ];
}

/** Steps whose frames are numbered by their place; `shown` refers to any earlier place. */
function steps(): fc.Arbitrary<Step> {
  const rectangle = fc
    .tuple(
      fc.nat(WIDTH - 1),
      fc.nat(HEIGHT - 1),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 90 }),
    )
    .map(([x, y, w, h]) => ({ x, y, width: Math.min(w, WIDTH - x), height: Math.min(h, HEIGHT - y) }));
  const moved = fc
    .tuple(rectangle, fc.integer({ min: -30, max: 30 }), fc.integer({ min: -30, max: 30 }))
    .map(([area, dx, dy]) => ({
      ...area,
      dx: Math.max(area.x + area.width - WIDTH, Math.min(area.x, dx)),
      dy: Math.max(area.y + area.height - HEIGHT, Math.min(area.y, dy)),
    }));
  const side = fc.nat(20);
  const scrolled = fc
    .tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -90, max: 90 }), side, side, side, side)
    .map(([dx, dy, left, top, right, bottom]) => ({
      x: Math.max(0, dx) + left,
      y: Math.max(0, dy) + top,
      width: WIDTH - Math.abs(dx) - left - right,
      height: HEIGHT - Math.abs(dy) - top - bottom,
      dx,
      dy,
    }));
  const tile = fc
    .tuple(rectangle, fc.nat(0xffffff), fc.boolean())
    .map(([area, color, deflated]) => ({ ...area, color, deflated }));
  return fc.oneof(
    fc.record({
      do: fc.constant('draw' as const),
      copies: fc.array(fc.oneof(moved, scrolled), { maxLength: 2 }),
      tiles: fc.array(tile, { maxLength: 3 }),
    }),
    fc.record({
      do: fc.constant('expect' as const),
      frame: fc.constant(0),
      owns: fc.array(rectangle, { maxLength: 3 }),
    }),
    fc.record({ do: fc.constant('shown' as const), frame: fc.nat(12) }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.constant(1100) }),
  );
}

function numbered(step: Step, index: number): Step {
  if (step.do === 'expect') return { ...step, frame: index };
  return step.do === 'shown' ? { ...step, frame: Math.max(0, index - step.frame) } : step;
}

/** Runs the steps (from `replay` on: the earlier ones have been run) and compares every pixel with the model. */
async function expectModel(sequence: Step[], { replay = 0 } = {}): Promise<void> {
  await run(sequence.slice(replay));
  const seen = await pixels();
  const wrong = model(sequence).findIndex((pixel, index) => pixel !== seen[index]);
  expect(wrong, `pixel ${wrong % WIDTH}, ${Math.floor(wrong / WIDTH)}`).toBe(-1);
}

/** What the layer is to show, 0xAABBGGRR, found the simple way: each pixel knows the step that drew it. */
function model(sequence: Step[]): Uint32Array {
  let colors = new Uint32Array(WIDTH * HEIGHT);
  const drawnBy = new Int32Array(WIDTH * HEIGHT).fill(-1);
  const expected = new Map<number, { rectangles: Rectangle[]; at: number }>();
  for (const [at, step] of sequence.entries()) {
    if (step.do === 'draw') {
      for (const copy of step.copies) {
        const before = colors.slice();
        for (const i of inside(copy)) {
          colors[i] = before[i - copy.dx - copy.dy * WIDTH]!;
          drawnBy[i] = at;
        }
      }
      for (const tile of step.tiles) {
        for (const i of inside(tile)) {
          colors[i] = toCanvas(tile.color);
          drawnBy[i] = at;
        }
        colors[tile.x + tile.y * WIDTH] = toCanvas(~tile.color & 0xffffff);
      }
    } else if (step.do === 'expect') {
      expected.set(step.frame, { rectangles: step.owns, at });
    } else if (step.do === 'shown') {
      for (const [frame, takeover] of expected) {
        if (frame > step.frame) continue;
        expected.delete(frame);
        colors = colors.slice();
        for (const rectangle of takeover.rectangles) {
          for (const i of inside(rectangle)) if (drawnBy[i]! < takeover.at) colors[i] = 0;
        }
      }
    }
  }
  return colors;
}

function* inside({ x, y, width, height }: Rectangle): Generator<number> {
  for (let row = y; row < y + height; row++) for (let i = 0; i < width; i++) yield row * WIDTH + x + i;
}

/** 0xRRGGBB as an opaque 0xAABBGGRR. */
function toCanvas(color: number): number {
  return ((0xff << 24) | ((color & 255) << 16) | (color & 0xff00) | (color >> 16)) >>> 0;
}

async function newLayer(): Promise<void> {
  await browser.page.evaluate(
    ([width, height]) => {
      const { layer, module } = window as unknown as PageWindow;
      layer?.[Symbol.dispose]();
      Object.assign(window, { layer: new module.PictureLayer(document.body, width!, height!) });
    },
    [WIDTH, HEIGHT],
  );
}

async function run(sequence: Step[]): Promise<void> {
  for (const step of sequence) {
    if (step.do === 'pass') await browser.page.clock.runFor(step.ms);
    else await apply(step);
  }
}

async function apply(step: Exclude<Step, { do: 'pass' }>): Promise<void> {
  const wire =
    step.do === 'draw' ? { ...step, tiles: step.tiles.map((tile) => ({ ...tile, ...encode(tile) })) } : step;
  await browser.page.evaluate((wire) => {
    const { layer } = window as unknown as Required<PageWindow>;
    if (wire.do === 'expect') layer.expectVideo(wire.frame, { owns: wire.owns });
    else if (wire.do === 'shown') layer.videoShown(wire.frame, 'screen');
    else
      layer.draw(
        wire.copies,
        wire.tiles.map((tile) => ({ ...tile, data: new Uint8Array(tile.data) })),
      );
  }, wire);
}

function encode(tile: Rectangle & { color: number; deflated: boolean }): {
  codec: TileCodec;
  data: number[];
} {
  const { width, height, color, deflated } = tile;
  const words = new Uint32Array(width * height).fill(color);
  words[0] = ~color & 0xffffff;
  const out = new Uint8Array(maxQoiSize(words.length));
  const data = out.subarray(0, encodeQoi(words, width, { x: 0, y: 0, width, height }, out));
  return deflated
    ? { codec: TileCodec.QoiDeflate, data: [...deflateRawSync(data)] }
    : { codec: TileCodec.Qoi, data: [...data] };
}

async function isOpaqueBeside(rectangle: Rectangle | undefined): Promise<boolean> {
  return await browser.page.evaluate(
    (rectangle) => (window as unknown as Required<PageWindow>).layer.isOpaqueBeside(rectangle),
    rectangle,
  );
}

/** What is on the screen, 0xAABBGGRR. */
async function pixels(): Promise<Uint32Array> {
  const encoded = await browser.page.evaluate(
    ([width, height]) => {
      const screen = Object.assign(document.createElement('canvas'), { width, height });
      const context = screen.getContext('2d')!;
      for (const canvas of document.querySelectorAll('canvas')) {
        if (canvas.style.visibility === 'hidden') continue;
        const left = Number.parseInt(canvas.style.left, 10);
        const top = Number.parseInt(canvas.style.top, 10);
        // Replace, not blend: canvases overlap by a pixel, which both of them show.
        context.clearRect(left, top, canvas.width, canvas.height);
        context.drawImage(canvas, left, top);
        // Where an opaque one has no pixel, a person sees black, and not the video.
        context.globalCompositeOperation = 'destination-over';
        const isOpaque = canvas.getContext('2d')?.getContextAttributes().alpha === false;
        if (isOpaque) context.fillRect(left, top, canvas.width, canvas.height);
        context.globalCompositeOperation = 'source-over';
      }
      const { data } = context.getImageData(0, 0, width!, height!);
      return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''));
    },
    [WIDTH, HEIGHT],
  );
  const bytes = Buffer.from(encoded, 'base64');
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

async function visibleCanvases(): Promise<number> {
  return await browser.page.evaluate(
    () =>
      [...document.querySelectorAll('canvas')].filter(({ style }) => style.visibility !== 'hidden').length,
  );
}

/** How many of them nobody draws to any more. */
async function finishedImages(): Promise<number> {
  return await browser.page.evaluate(
    () =>
      [...document.querySelectorAll('canvas')].filter(
        (canvas) => canvas.style.visibility !== 'hidden' && canvas.getContext('bitmaprenderer'),
      ).length,
  );
}
