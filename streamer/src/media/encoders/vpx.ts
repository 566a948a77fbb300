/** VP8 and VP9 on the CPU by libvpx. Properties: `gst-inspect-1.0 vp8enc` and `vp9enc`, 1.22. */
import { availableParallelism } from 'node:os';
import { BUFFER_MS, type ElementProperties, type EncoderKind, NEVER, wholeBits } from './encoder-kind.ts';

export const vp8enc: EncoderKind = {
  name: 'vp8enc',
  plugin: 'vpx',
  package: 'gstreamer1.0-plugins-good',
  codec: 'vp8',
  hardware: false,
  format: 'I420',
  properties: ({ bitrate, minQuantizer }) => ({
    ...realtime(bitrate),
    // As fine as x264enc with `minQuantizer` (measured).
    'min-quantizer': Math.round(minQuantizer * 1.25),
    // The fastest that there is: a desktop changes too often for more.
    'cpu-used': -16,
    // With two threads and four token partitions a frame took about ten times the CPU time on two busy cores (measured).
    threads: 1,
  }),
  bitrate: (kilobits) => ['target-bitrate', String(wholeBits(kilobits))],
  output: 'video/x-vp8',
  codecString: () => 'vp8',
};

export const vp9enc: EncoderKind = {
  name: 'vp9enc',
  plugin: 'vpx',
  package: 'gstreamer1.0-plugins-good',
  codec: 'vp9',
  hardware: false,
  format: 'I420',
  properties: ({ bitrate, minQuantizer }) => ({
    ...realtime(bitrate),
    // As fine as x264enc with `minQuantizer` (measured).
    'min-quantizer': Math.round(minQuantizer * 1.1),
    'cpu-used': 9,
    'row-mt': true,
    // Bits go where something moves.
    'aq-mode': 'cyclic-refresh',
  }),
  bitrate: (kilobits) => ['target-bitrate', String(wholeBits(kilobits))],
  output: 'video/x-vp9,profile=(string)0',
  // Profile 0, 8 bits a sample; the level is only an upper bound: 3840x2160 at 60 frames a second.
  codecString: () => 'vp09.00.51.08',
};

function realtime(bitrate: number): ElementProperties {
  return {
    deadline: 1,
    'lag-in-frames': 0,
    'end-usage': 'cbr',
    'target-bitrate': wholeBits(bitrate),
    'buffer-size': BUFFER_MS * 2,
    'buffer-initial-size': BUFFER_MS,
    'buffer-optimal-size': BUFFER_MS,
    'keyframe-mode': 'disabled',
    'keyframe-max-dist': NEVER,
    'dropframe-threshold': 0,
    // As the element's own help says for sharing a screen.
    'static-threshold': 100,
    threads: Math.min(4, availableParallelism()),
  };
}
