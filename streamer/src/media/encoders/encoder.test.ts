import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { Encoder } from './encoder.ts';
import { ENCODERS } from './table.ts';

const SIZE = { width: 256, height: 256 };
const SETTINGS = { ...SIZE, fps: 30, bitrate: 1000, minQuantizer: 25 };

/** Those of Debian 12 that need no GPU. */
const HERE = ['x264enc', 'x264enc-444', 'openh264enc', 'vp8enc', 'vp9enc', 'av1enc', 'x265enc'];

describe.each(ENCODERS.filter(({ name }) => HERE.includes(name)))('$name', (kind) => {
  it('gives a key frame whenever one is asked for, and none else', async () => {
    await using encoder = await Encoder.start(kind, SETTINGS);
    const asked = [true, false, false, true, false, true];
    const given: boolean[] = [];
    for (const key of asked) given.push((await encoder.encode(key)).key);
    expect(given).toEqual(asked);
  });

  it('draws no more finely than it is to, however many bits it may take', async () => {
    const bytesOf = async (minQuantizer: number): Promise<number> => {
      await using encoder = await Encoder.start(kind, { ...SETTINGS, bitrate: 50_000, minQuantizer });
      let bytes = 0;
      for (let frame = 0; frame < 6; frame++) {
        drawGrain(frame);
        encoder.load(SCREEN, [{ x: 0, y: 0, ...SIZE }]);
        bytes += (await encoder.encode(frame === 0)).data.byteLength;
      }
      return bytes;
    };
    expect(await bytesOf(40)).toBeLessThan((await bytesOf(28)) / 2);
  });
});

const MEMORY = koffi.alloc('uint8_t', SIZE.width * SIZE.height * 4);
const WORDS = new Uint32Array(koffi.view(MEMORY, SIZE.width * SIZE.height * 4));
const SCREEN = { address: Number(koffi.address(MEMORY)), ...SIZE, stride: SIZE.width * 4 };

/** A picture of greys that is another one each time. */
function drawGrain(frame: number): void {
  for (let i = 0; i < WORDS.length; i++) WORDS[i] = (96 + ((i * 7919 + frame * 104_729) % 61)) * 0x010101;
}
