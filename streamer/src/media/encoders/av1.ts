/** AV1 on the CPU, by libaom (properties: `gst-inspect-1.0 av1enc`, 1.22). */
import { availableParallelism } from 'node:os';
import { BUFFER_MS, type EncoderKind, NEVER, wholeKilobits } from './encoder-kind.ts';

/** Main profile, 8 bits a sample; the level is only an upper bound: 3840x2160 at 60 frames a second. */
export const AV1_CODEC_STRING = 'av01.0.13M.08';

export const AV1_OUTPUT = 'video/x-av1,stream-format=obu-stream,alignment=tu';

export const av1enc: EncoderKind = {
  name: 'av1enc',
  plugin: 'aom',
  package: 'gstreamer1.0-plugins-bad',
  codec: 'av1',
  hardware: false,
  format: 'I420',
  properties: ({ bitrate, minQuantizer }) => ({
    'usage-profile': 'realtime',
    'cpu-used': 10,
    'lag-in-frames': 0,
    'end-usage': 'cbr',
    'target-bitrate': wholeKilobits(bitrate),
    'buf-sz': BUFFER_MS * 2,
    'buf-initial-sz': BUFFER_MS,
    'buf-optimal-sz': BUFFER_MS,
    'keyframe-mode': 'disabled',
    'keyframe-max-dist': NEVER,
    // The element's own bounds are both 0, at which libaom ends the process.
    'min-quantizer': Math.max(10, minQuantizer),
    'max-quantizer': 56,
    'drop-frame': 0,
    'row-mt': true,
    'tile-columns': 1,
    threads: Math.min(4, availableParallelism()),
  }),
  bitrate: (kilobits) => ['target-bitrate', String(wholeKilobits(kilobits))],
  output: AV1_OUTPUT,
  codecString: () => AV1_CODEC_STRING,
};
