import { describe, expect, test } from 'vitest';
import { EncoderChoice, type EncoderWish } from './encoder-choice.ts';
import { nvh264enc } from './nvenc.ts';
import { ENCODERS } from './table.ts';
import { vp8enc } from './vpx.ts';
import { x264enc, x264enc444 } from './x264enc.ts';

const AUTO: EncoderWish = { encoder: 'auto', codec: 'auto', gpu: 0 };
const BROWSER = ['avc1.42E034', 'vp09.00.51.08', 'vp8', 'av01.0.13M.08'];

describe('the encoder for a stream', () => {
  test('is one that works here, whatever comes first in the table', async () => {
    const absent = { ...x264enc, name: 'noth264enc', package: 'nothing', hardware: true };
    const choice = new EncoderChoice([absent, x264enc], AUTO);
    expect(await choice.fault(absent)).toBe('GStreamer has no element noth264enc: install nothing.');
    expect(await choice.choose(BROWSER)).toBe(x264enc);
  });

  test('makes what the viewers decode', async () => {
    const choice = new EncoderChoice([x264enc, vp8enc], AUTO);
    expect(await choice.choose(['vp8'])).toBe(vp8enc);
    await expect(choice.choose(['av01.0.13M.08'])).rejects.toThrow(
      'The viewer decodes av01.0.13M.08, but there is only x264enc (h264), vp8enc (vp8).',
    );
  });

  test('makes the codec that the viewers like better, if none costs clearly less', async () => {
    const choice = new EncoderChoice([x264enc, vp8enc], AUTO, () => 5);
    expect(await choice.choose(['vp8', 'avc1.42E034'])).toBe(vp8enc);
    expect(await choice.choose(BROWSER)).toBe(x264enc);
  });

  test('is the one that was measured to cost clearly less', async () => {
    const costs: Record<string, number> = { x264enc: 40, vp8enc: 9 };
    const choice = new EncoderChoice([x264enc, vp8enc], AUTO, (name) => costs[name]);
    expect(await choice.choose(BROWSER)).toBe(vp8enc);
  });

  test('runs on the GPU if there is one, whatever it costs', async () => {
    const costs: Record<string, number> = { hardware: 40, vp8enc: 1 };
    const hardware = { ...x264enc, hardware: true };
    const choice = new EncoderChoice([vp8enc, hardware], AUTO, (name) => costs[name]);
    expect(await choice.choose(BROWSER)).toBe(hardware);
  });

  test('is the one that somebody asks for', async () => {
    expect(await new EncoderChoice(ENCODERS, { ...AUTO, encoder: 'vp8enc' }).choose(BROWSER)).toBe(vp8enc);
    expect(await new EncoderChoice(ENCODERS, { ...AUTO, codec: 'vp8' }).choose(BROWSER)).toBe(vp8enc);
    const contradiction = new EncoderChoice(ENCODERS, { ...AUTO, encoder: 'vp8enc', codec: 'av1' });
    await expect(contradiction.choose(BROWSER)).rejects.toThrow('No encoder is vp8enc and makes av1.');
  });

  test('has a colour for each pixel where that is wished and decoded', async () => {
    const all = [vp8enc, x264enc, x264enc444];
    const both = [...BROWSER, 'avc1.F40034'];
    expect(await new EncoderChoice(all, AUTO).choose(both)).toBe(x264enc);
    const wished = new EncoderChoice(all, { ...AUTO, chroma: '444' });
    expect(await wished.choose(both)).toBe(x264enc444);
    expect(await wished.choose(BROWSER)).toBe(x264enc);
  });

  test('is looked for on the GPU that somebody names', async () => {
    const choice = new EncoderChoice([nvh264enc], { ...AUTO, gpu: 63 });
    expect(await choice.fault(nvh264enc)).toContain('GStreamer has no element nvh264device63enc');
  });

  test('is another one once it failed', async () => {
    const choice = new EncoderChoice([x264enc, vp8enc], AUTO);
    choice.giveUp(x264enc, new Error('the device was lost'));
    expect(await choice.choose(BROWSER)).toBe(vp8enc);
    await expect(choice.choose(['avc1.42E034'])).rejects.toThrow(
      'x264enc failed while it ran: the device was lost',
    );
  });
});
