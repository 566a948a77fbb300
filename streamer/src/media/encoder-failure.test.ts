import { decodePictureUpdate, type PictureUpdate } from '@deskside/protocol';
import koffi from 'koffi';
import { expect, test } from 'vitest';
import type { StreamFormat } from './api.ts';
import { EncoderChoice } from './encoders/encoder-choice.ts';
import { vp8enc } from './encoders/vpx.ts';
import { x264enc } from './encoders/x264enc.ts';
import type { Framebuffer } from './framebuffer.ts';
import { PictureStream } from './stream.ts';

const SIZE = { width: 256, height: 128 };
const WHOLE = { x: 0, y: 0, ...SIZE };
const FRAMES_BEFORE_FAILURE = 3;

test('an encoder that fails in the middle is replaced by the next, from a key frame on', async () => {
  const failing = {
    ...x264enc,
    output: `${x264enc.output} ! identity error-after=${FRAMES_BEFORE_FAILURE + 1}`,
  };
  const formats: StreamFormat[] = [];
  const updates: PictureUpdate[] = [];
  await using stream = await PictureStream.open(
    blackScreen(),
    {
      encoders: new EncoderChoice([failing, vp8enc], { encoder: 'auto', codec: 'auto', gpu: 0 }),
      codecs: ['avc1.42E02A', 'vp8'],
      exact: false,
      rate: { bitrate: 2000, fps: 60 },
      maxFps: 60,
      maxBitrate: 2000,
      firstId: 0,
    },
    {
      nextStreamNumber: () => formats.length,
      onFormat: (format) => formats.push(format),
      onUpdate: (update) => updates.push(decodePictureUpdate(update)),
    },
  );
  stream.grant(FRAMES_BEFORE_FAILURE + 2);
  for (let frame = 0; frame < FRAMES_BEFORE_FAILURE + 3; frame++) {
    stream.damage([WHOLE]);
    await stream.send(performance.now(), 0);
  }
  expect(formats.map(({ encoder }) => encoder)).toEqual(['x264enc', 'vp8enc']);
  expect(updates.map(({ stream: number }) => number)).toEqual([0, 0, 0, 1, 1]);
  expect(updates.map(({ video }) => video?.key)).toEqual([true, false, false, true, false]);
  expect(updates[FRAMES_BEFORE_FAILURE]?.video?.owns).toEqual([WHOLE]);
});

function blackScreen(): Framebuffer {
  const bytes = SIZE.width * SIZE.height * 4;
  const memory = koffi.alloc('uint8_t', bytes);
  return {
    ...SIZE,
    address: Number(koffi.address(memory)),
    stride: SIZE.width * 4,
    words: new Uint32Array(koffi.view(memory, bytes)),
  };
}
