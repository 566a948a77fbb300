import { availableParallelism } from 'node:os';
import { BUFFER_MS, type EncoderKind, NEVER, wholeKilobits } from './encoder-kind.ts';
import { H264_444_OUTPUT, H264_OUTPUT, h264CodecString } from './h264.ts';

/** Pixels below which a frame is done sooner than threads agree on how to share it: 1 ms for 640x360 (measured). */
const SMALL = 400_000;

/** H.264 on the CPU by libx264. Properties: `gst-inspect-1.0 x264enc`. */
export const x264enc: EncoderKind = {
  name: 'x264enc',
  plugin: 'x264',
  package: 'gstreamer1.0-plugins-ugly',
  codec: 'h264',
  hardware: false,
  format: 'NV12',
  properties: ({ width, height, bitrate, minQuantizer }) => ({
    // One frame in, one out: no lookahead, no B frames, no frame threads.
    tune: 'zerolatency',
    // 3 ms for a frame of 1080p where superfast takes 6 (measured); at a screen's bit rates it looks the same.
    'speed-preset': 'ultrafast',
    // More than 4 slices give Chromium trouble; slices are the only threads that add no latency.
    'sliced-threads': true,
    threads: width * height < SMALL ? 1 : Math.min(4, availableParallelism()),
    // A viewer that joins or has lost one asks.
    'key-int-max': NEVER,
    // Bounds a key frame to about 60 KB at 8 Mbit/s instead of 390 KB (measured), so that it arrives in time.
    'vbv-buf-capacity': BUFFER_MS,
    bitrate: wholeKilobits(bitrate),
    'qp-min': minQuantizer,
    'byte-stream': true,
    aud: false,
  }),
  bitrate: (kilobits) => ['bitrate', String(wholeKilobits(kilobits))],
  output: H264_OUTPUT,
  codecString: h264CodecString,
};

/** The same with a colour for each pixel: text in colour stays sharp while it moves, for half as much CPU time again. */
export const x264enc444: EncoderKind = {
  ...x264enc,
  name: 'x264enc-444',
  elementOn: () => x264enc.name,
  format: 'Y444',
  fullChroma: true,
  output: H264_444_OUTPUT,
};
