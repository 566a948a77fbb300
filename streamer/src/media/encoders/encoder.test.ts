import { describe, expect, it } from 'vitest';
import { Encoder } from './encoder.ts';
import { ENCODERS } from './table.ts';

const SETTINGS = { width: 256, height: 256, fps: 30, bitrate: 1000 };

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
});
