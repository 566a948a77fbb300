import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMedia } from '../process.ts';
import { TestDisplay } from '../testing/display.ts';
import { TestViewer } from '../testing/viewer.ts';

const SIZE = { width: 320, height: 240 };
const CODECS = ['avc1.42E02A', 'vp8', 'vp09.00.51.08', 'av01.0.13M.08', 'hev1.1.6.L153.B0', 'avc1.F40034'];
const COLOURS = [0x000000, 0xffffff, 0xff0000, 0x00ff00, 0x0000ff, 0x808080, 0x12a4e7, 0xf2c14e];

/** Squares of 64 pixels: aligned to every codec's blocks, so that none bleeds into the next. */
const PATCHES = COLOURS.map((colour, i) => ({
  colour,
  place: { x: 64 * (i % 4), y: 64 * Math.floor(i / 4), width: 64, height: 64 },
}));

/** Lines of one pixel, as of coloured text: two of them share one colour of 4:2:0. */
const STRIPES = { x: 0, y: 160, width: 256, height: 64 };
const [RED, BLUE] = [0xff0000, 0x0000ff];

describe('colours of the X screen', () => {
  let display: TestDisplay;
  beforeAll(async () => {
    display = await TestDisplay.start(`${SIZE.width}x${SIZE.height}`);
    for (const { colour, place } of PATCHES) await display.fill(place, colour);
    await display.fill(STRIPES, RED);
    for (let x = 1; x < STRIPES.width; x += 2) await display.fill({ ...STRIPES, x, width: 1 }, BLUE);
  });
  afterAll(() => display[Symbol.asyncDispose]());

  test.each(['x264enc', 'openh264enc', 'vp8enc', 'vp9enc', 'av1enc', 'x265enc', 'x264enc-444'])(
    'come through %s as exactly as 8 bits of luma and chroma hold them',
    async (encoder) => {
      await using media = startMedia({
        display: display.name,
        fps: 60,
        bitrate: 8000,
        encoder,
        exact: false,
        log: pino({ level: 'silent' }),
        onState: () => {},
      });
      await using viewer = await TestViewer.watch(media, { codecs: CODECS });
      await viewer.until(() => viewer.picture.some((word) => word !== 0));
      expect(viewer.format?.encoder).toBe(encoder);
      for (const { colour, place } of PATCHES) {
        const seen = viewer.colour(place);
        const distance = Math.max(...distances(seen, colour));
        expect(distance, `${colour.toString(16)} is shown as ${seen.toString(16)}`).toBeLessThanOrEqual(
          ROUNDING,
        );
      }
    },
  );

  test.each([
    ['420', 'x264enc', false],
    ['444', 'x264enc-444', true],
  ] as const)('are kept for each pixel: %s', async (chroma, encoder, kept) => {
    await using media = startMedia({
      display: display.name,
      fps: 60,
      bitrate: 8000,
      encoder: 'auto',
      codec: 'h264',
      chroma,
      exact: false,
      log: pino({ level: 'silent' }),
      onState: () => {},
    });
    // A viewer that decodes 4:4:4 is served with it only where that is asked for.
    await using viewer = await TestViewer.watch(media, { codecs: CODECS });
    await viewer.until(() => viewer.picture.some((word) => word !== 0));
    expect(viewer.format?.encoder).toBe(encoder);
    const line = STRIPES.y + STRIPES.height / 2;
    const [red, blue] = [64, 65].map((x) => viewer.colour({ x, y: line, width: 1, height: 1 }));
    const distance = Math.max(...distances(red!, RED), ...distances(blue!, BLUE));
    expect(distance < 32, `red is ${red!.toString(16)}, blue is ${blue!.toString(16)}`).toBe(kept);
  });
});

/** BT.601 in limited range: one step of luma is 1.16 of RGB, one of chroma up to 2.02; half a step of each is rounded. */
const ROUNDING = 3;

function distances(a: number, b: number): number[] {
  return [16, 8, 0].map((shift) => Math.abs(((a >> shift) & 255) - ((b >> shift) & 255)));
}
