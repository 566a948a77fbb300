import { availableParallelism } from 'node:os';
import { type EncoderKind, NEVER, wholeBits } from './encoder-kind.ts';
import { H264_OUTPUT, h264CodecString } from './h264.ts';

/** H.264 on the CPU by Cisco's OpenH264. Properties: `gst-inspect-1.0 openh264enc`, 1.22. */
export const openh264enc: EncoderKind = {
  name: 'openh264enc',
  plugin: 'openh264',
  package: 'gstreamer1.0-plugins-bad',
  codec: 'h264',
  hardware: false,
  format: 'I420',
  properties: ({ bitrate, minQuantizer }) => ({
    'usage-type': 'screen',
    complexity: 'low',
    'rate-control': 'bitrate',
    // A frame that is left out would never be answered; the rate control decides how often there is one.
    'enable-frame-skip': false,
    'slice-mode': 'n-slices',
    'num-slices': slices(),
    'multi-thread': slices(),
    'gop-size': NEVER,
    bitrate: wholeBits(bitrate),
    'qp-min': minQuantizer,
  }),
  bitrate: (kilobits) => ['bitrate', String(wholeBits(kilobits))],
  output: H264_OUTPUT,
  codecString: h264CodecString,
};

/** More than 4 slices give Chromium trouble. */
function slices(): number {
  return Math.min(4, availableParallelism());
}
