/** Colours of the video, as the browser decodes it, beside those of the X screen: by each encoder and either way. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { currentWay } from '../support/current-way.ts';
import { test } from '../support/desktop-test.ts';
import { Streamer } from '../support/streamer.ts';
import { channels } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { type Rectangle, XClient } from '../support/x-client.ts';

const SCREEN = { x: 0, y: 0, width: 1280, height: 720 };
const COLOURS = [0x000000, 0xffffff, 0xff0000, 0x00ff00, 0x0000ff, 0x808080, 0x12a4e7, 0xf2c14e];

/** Aligned to every codec's blocks, so that none bleeds into the next. */
const PATCHES = COLOURS.map((colour, i) => ({
  colour,
  at: { x: 128 * i + 64, y: 64, width: 64, height: 64 },
}));

/** Lines of one pixel, as of coloured text: two of them share one colour of 4:2:0. */
const STRIPES = { x: 64, y: 256, width: 256, height: 64 };
const [RED, BLUE] = [0xff0000, 0x0000ff];

/** BT.601 for 8 bits in limited range (ITU-T H.273, matrix coefficients 6 of sRGB's 0 to 1): luma, blue, red. */
const MATRIX = [
  [16, 65.481, 128.553, 24.966],
  [128, -37.797, -74.203, 112],
  [128, 112, -93.786, -18.214],
] as const;

/** One for the rounding of the conversion, libyuv's vector code rounds chroma down, and one for what encoders leave. */
const STEP = 2;

/** How far a colour of its own may be from what its lines have, by what quantisation of so fine a pattern takes. */
const SHARP = 32;

/** Slow enough for every encoder, ms. */
const PICTURE_MS = 150;

/** Encoders of what Chromium decodes, and whether each pixel keeps its own colour. */
const ENCODERS = [
  ['x264enc', false],
  ['openh264enc', false],
  ['vp8enc', false],
  ['vp9enc', false],
  ['av1enc', false],
  ['x264enc-444', true],
] as const;

describe.each(ENCODERS)('colours by %s', (encoder, kept) => {
  test('are the screen’s, up to rounding, over the WebSocket and over WebRTC', { timeout: 120_000 }, async ({
    chromium,
  }) => {
    await using streamer = await Streamer.start({ flags: ['--encoder', encoder, '--bitrate', '40000'] });
    using x = await XClient.connect(streamer.address);
    using _ = playCard(x);
    for (const transport of ['websocket', 'webrtc'] as const) {
      const page = await openViewer(chromium, streamer.page({ view: '1:1', transport }));
      const read = async (x: number, y: number) => (await readVideo(page, [{ x, y }]))[0]!;
      await until(`the colours over ${transport}`, async () => {
        expect((await currentWay(page)).transport).toBe(transport);
        const seen = await readVideo(
          page,
          PATCHES.map(({ at }) => ({ x: at.x + 32, y: at.y + 32 })),
        );
        seen.forEach((levels, i) => {
          const { colour } = PATCHES[i]!;
          expect(distance(levels, colour), `${colour.toString(16)} is ${levels}`).toBeLessThanOrEqual(STEP);
        });
        return true;
      });
      const line = STRIPES.y + STRIPES.height / 2;
      const [red, blue] = [await read(160, line), await read(161, line)];
      const isKept = distance(red, RED) < SHARP && distance(blue, BLUE) < SHARP;
      expect(isKept, `red is ${red}, blue is ${blue}`).toBe(kept);
      await page.context().close();
    }
  });
});

/**
 * A gradient over the whole screen with noise in it, which only an encoder of video can take, around what stays.
 *
 * @returns ends it
 */
function playCard(x: XClient): Disposable {
  const window = x.coverScreen();
  const pictures = [0, 1, 2].map((picture) => {
    const bytes = Buffer.alloc(SCREEN.width * SCREEN.height * 4);
    for (let i = 0; i < bytes.length / 4; i++) {
      const [column, row] = [i % SCREEN.width, Math.floor(i / SCREEN.width)];
      const grey = 96 + ((column + row) >> 5) + picture + Math.floor(Math.random() * 8);
      bytes.writeUInt32LE(grey * 0x010101, i * 4);
    }
    for (const { colour, at } of PATCHES) paint(bytes, at, () => colour);
    paint(bytes, STRIPES, (column) => (column % 2 === 0 ? RED : BLUE));
    return bytes;
  });
  let shown = 0;
  const show = () => x.put(window, SCREEN, pictures[shown++ % pictures.length]!);
  const playing = setInterval(show, PICTURE_MS);
  return { [Symbol.dispose]: () => clearInterval(playing) };
}

function paint(bytes: Buffer, { x, y, width, height }: Rectangle, colour: (column: number) => number): void {
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) {
      bytes.writeUInt32LE(colour(column), (row * SCREEN.width + column) * 4);
    }
  }
}

/** Luma, blue and red that are to be shown with BT.601: of the video alone, over which exact pixels lie at rest. */
async function readVideo(page: Page, points: { x: number; y: number }[]): Promise<number[][]> {
  return await page.evaluate(async (points) => {
    const find = (root: Document | ShadowRoot): HTMLVideoElement[] =>
      [...root.querySelectorAll('*')].flatMap((element) => {
        if (element instanceof HTMLVideoElement) return [element];
        return element.shadowRoot ? find(element.shadowRoot) : [];
      });
    const order = (video: HTMLVideoElement) => Number(getComputedStyle(video).zIndex);
    const front = find(document).sort((a, b) => order(b) - order(a))[0]!;
    const frame = new VideoFrame(front);
    const { format, codedWidth, colorSpace } = frame;
    const bytes = new Uint8Array(frame.allocationSize());
    const planes = await frame.copyTo(bytes);
    frame.close();
    if (format !== 'I420' && format !== 'I444') throw new Error(`A layout that is not read here: ${format}`);
    if (colorSpace.matrix !== 'smpte170m' || colorSpace.fullRange) {
      throw new Error(`It is not shown with BT.601: ${JSON.stringify(colorSpace)}`);
    }
    if (codedWidth < innerWidth) throw new Error('not a picture of the whole screen');
    return points.map(({ x, y }) =>
      planes.map(({ offset, stride }, plane) => {
        const shift = plane > 0 && format === 'I420' ? 1 : 0;
        return bytes[offset + (y >> shift) * stride + (x >> shift)]!;
      }),
    );
  }, points);
}

/** Of the farthest of luma, blue and red. */
function distance(levels: readonly number[], colour: number): number {
  const [red, green, blue] = channels(colour).map((channel) => channel / 255);
  const exact = MATRIX.map(([zero, r, g, b]) => zero + r * red! + g * green! + b * blue!);
  return Math.max(...exact.map((level, i) => Math.abs(level - levels[i]!)));
}
