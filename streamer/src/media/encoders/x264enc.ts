import { availableParallelism } from 'node:os';
import type { EncoderKind } from './encoder.ts';
import { h264CodecString } from './h264.ts';

/** H.264 on the CPU by libx264. */
export const x264enc: EncoderKind = {
  name: 'x264enc',
  package: 'gstreamer1.0-plugins-ugly',
  codec: 'avc1',

  description: ({ fps, bitrate }) =>
    [
      'x264enc name=codec',
      // One frame in, one out: no lookahead, no B frames, no frame threads.
      'tune=zerolatency',
      // 3 ms for a frame of 1080p where superfast takes 6 (measured); at a screen's bit rates it looks the same.
      'speed-preset=ultrafast',
      // More than 4 slices give Chromium trouble; slices are the only threads that add no latency.
      `sliced-threads=true threads=${Math.min(4, availableParallelism())}`,
      // Key frames on request only: a viewer that joins or has lost one asks.
      `key-int-max=${2 ** 31 - 1}`,
      // Bounds a key frame to about 60 KB at 8 Mbit/s instead of 390 KB (measured), so that it arrives in time.
      `vbv-buf-capacity=${VBV_MS}`,
      `bitrate=${bitrate}`,
      'byte-stream=true aud=false',
      `! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au,framerate=${fps}/1`,
    ].join(' '),

  bitrate: (kilobits) => ['bitrate', String(Math.max(1, Math.round(kilobits)))],

  codecString: h264CodecString,
};

/** Six frames at 60 per second: room for a key frame, and little to drain after it. */
const VBV_MS = 100;
