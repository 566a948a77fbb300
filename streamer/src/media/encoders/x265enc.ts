import { type EncoderKind, NEVER, wholeKilobits } from './encoder-kind.ts';
import { H265_OUTPUT, h265CodecString } from './h265.ts';

/**
 * H.265 on the CPU by libx265, for viewers that decode nothing else: it takes six times as long as libx264 (measured),
 * and each change of the bit rate begins it anew, with a key frame. Properties: `gst-inspect-1.0 x265enc`, 1.22 and 1.26.
 */
export const x265enc: EncoderKind = {
  name: 'x265enc',
  plugin: 'x265',
  package: 'gstreamer1.0-plugins-bad',
  codec: 'h265',
  hardware: false,
  format: 'I420',
  properties: ({ bitrate, minQuantizer }) => ({
    // One frame in, one out: no lookahead, no B frames, one frame thread.
    tune: 'zerolatency',
    'speed-preset': 'ultrafast',
    'key-int-max': NEVER,
    // Every key frame can be begun with, and none carries the encoder's name and options, 2 KB.
    'option-string': `repeat-headers=1:info=0:qpmin=${minQuantizer}`,
    bitrate: wholeKilobits(bitrate),
  }),
  bitrate: (kilobits) => ['bitrate', String(wholeKilobits(kilobits))],
  output: H265_OUTPUT,
  codecString: h265CodecString,
};
