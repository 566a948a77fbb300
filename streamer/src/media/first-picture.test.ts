import { decodePictureUpdate, type PictureUpdate } from '@deskside/protocol';
import koffi from 'koffi';
import { expect, test } from 'vitest';
import { EncoderChoice } from './encoders/encoder-choice.ts';
import { x264enc } from './encoders/x264enc.ts';
import type { Framebuffer } from './framebuffer.ts';
import { PictureStream } from './stream.ts';

const SIZE = { width: 512, height: 256 };
const WHOLE = { x: 0, y: 0, ...SIZE };

/** Bytes of a key frame that shows nothing; of noise it has many times as many. */
const LITTLE = 2000;

test('a first picture that packs well goes as tiles, beside a key frame that shows nothing', async () => {
  const { tiles, video } = await firstUpdate(() => 0x203040);
  expect(tiles.length).toBeGreaterThan(0);
  expect(video).toMatchObject({ key: true, owns: [] });
  expect(video!.data.length).toBeLessThan(LITTLE);
});

test('one that does not goes as a key frame that shows it', async () => {
  const { tiles, video } = await firstUpdate((at) => (at * 0x9e3779b1) >>> 8);
  expect(tiles).toEqual([]);
  expect(video).toMatchObject({ key: true, owns: [WHOLE] });
  expect(video!.data.length).toBeGreaterThan(LITTLE);
});

async function firstUpdate(pixel: (at: number) => number): Promise<PictureUpdate> {
  const updates: PictureUpdate[] = [];
  await using stream = await PictureStream.open(
    screenOf(pixel),
    {
      encoders: new EncoderChoice([x264enc], { encoder: 'auto', codec: 'auto', gpu: 0 }),
      codecs: ['avc1.42E02A'],
      exact: true,
      rate: { bitrate: 8000, fps: 60 },
      maxFps: 60,
      maxBitrate: 8000,
      firstId: 0,
    },
    {
      nextStreamNumber: () => 0,
      onFormat: () => {},
      onUpdate: (update) => updates.push(decodePictureUpdate(update)),
    },
  );
  stream.grant(1);
  await stream.send(performance.now(), 0);
  return updates[0]!;
}

/** @param pixel `0x00RRGGBB` of each, by its number */
function screenOf(pixel: (at: number) => number): Framebuffer {
  const bytes = SIZE.width * SIZE.height * 4;
  const memory = koffi.alloc('uint8_t', bytes);
  const words = new Uint32Array(koffi.view(memory, bytes));
  words.forEach((_, at) => {
    words[at] = pixel(at);
  });
  return { ...SIZE, address: Number(koffi.address(memory)), stride: SIZE.width * 4, words };
}
