import { describe, expect, test } from 'vitest';
import type { EncoderKind } from './encoder-kind.ts';
import { CODEC_NAMES, ENCODERS } from './table.ts';

const SETTINGS = { width: 1920, height: 1080, fps: 60, bitrate: 8000, minQuantizer: 25 };

describe('the table of encoders', () => {
  test('has each name once, and only codecs that --codec knows', () => {
    expect(new Set(ENCODERS.map(({ name }) => name)).size).toBe(ENCODERS.length);
    expect(CODEC_NAMES).toEqual(expect.arrayContaining(ENCODERS.map(({ codec }) => codec)));
  });

  test('tries hardware first where nothing was measured', () => {
    const firstOnCpu = ENCODERS.findIndex(({ hardware }) => !hardware);
    expect(ENCODERS.slice(firstOnCpu).filter(({ hardware }) => hardware)).toEqual([]);
  });

  // No machine of ours has this hardware: what is asked of it is held here, that it works is not.
  test.each([
    [
      'nvh264enc',
      {
        'rc-mode': 'cbr',
        bitrate: 8000,
        'qp-min': 25,
        'vbv-buffer-size': 800,
        bframes: 0,
        zerolatency: true,
        'gop-size': -1,
      },
    ],
    ['nvav1enc', { 'rc-mode': 'cbr', 'b-frames': 0, 'zero-reorder-delay': true, 'rc-lookahead': 0 }],
    [
      'vah264enc',
      {
        'rate-control': 'cbr',
        bitrate: 8000,
        'min-qp': 25,
        'cpb-size': 800,
        'b-frames': 0,
        'target-usage': 7,
        'ref-frames': 1,
      },
    ],
    ['vah264lpenc', { 'rate-control': 'cbr', 'b-frames': 0, 'key-int-max': 1024 }],
    ['vaapih264enc', { 'rate-control': 'cbr', bitrate: 8000, 'max-bframes': 0, 'keyframe-period': 0 }],
  ])('asks %s for no frame to wait for a later one', (name, properties) => {
    expect(named(name).properties(SETTINGS)).toMatchObject(properties);
  });

  test.each([
    ['nvh264enc', 0, 'nvh264enc'],
    ['nvh264enc', 1, 'nvh264device1enc'],
    ['nvav1enc', 2, 'nvav1device2enc'],
    ['vah264enc', 0, 'vah264enc'],
    ['vah264lpenc', 1, 'varenderD129h264lpenc'],
  ])('calls %s on GPU %i %s', (name, gpu, element) => {
    expect(named(name).elementOn?.(gpu)).toBe(element);
  });

  test.each([
    ['x264enc', ['bitrate', '2500']],
    ['openh264enc', ['bitrate', '2500000']],
    ['vp8enc', ['target-bitrate', '2500000']],
    ['av1enc', ['target-bitrate', '2500']],
    ['nvh264enc', ['bitrate', '2500']],
    ['x265enc', ['bitrate', '2500']],
    ['svtav1enc', ['target-bitrate', '2500']],
  ])('sets the bit rate of %s in its own unit', (name, property) => {
    expect(named(name).bitrate(2500)).toEqual(property);
  });
});

function named(name: string): EncoderKind {
  const kind = ENCODERS.find((each) => each.name === name);
  if (!kind) throw new Error(`no ${name} in the table`);
  return kind;
}
