import { AV1_CODEC_STRING, AV1_OUTPUT } from './av1.ts';
import { BUFFER_MS, type EncoderKind, wholeKilobits } from './encoder-kind.ts';

/**
 * AV1 on the CPU by SVT-AV1. Properties: `gst-inspect-1.0 svtav1enc`, 1.26, and SVT-AV1's `Docs/Parameters.md`. The
 * element of Debian 13 (GStreamer 1.26.2, SVT-AV1 2.3) gives the first frame and asks the library for another before
 * there is one, which in low delay waits for good; without low delay frames come out at the end of the stream only (both
 * seen). So it is tried in a process of its own, and used where that went well.
 */
export const svtav1enc: EncoderKind = {
  name: 'svtav1enc',
  plugin: 'svtav1',
  package: 'gstreamer1.0-plugins-bad of GStreamer 1.24 or newer',
  codec: 'av1',
  hardware: false,
  mayHang: true,
  format: 'I420',
  properties: ({ bitrate }) => ({
    preset: 12,
    'target-bitrate': wholeKilobits(bitrate),
    'maximum-buffer-size': BUFFER_MS,
    // None but on request.
    'intra-period-length': -2,
    // Low delay, nothing from the future, constant bit rate.
    'parameters-string': 'pred-struct=1:lookahead=0:rc=2:scd=0',
  }),
  bitrate: (kilobits) => ['target-bitrate', String(wholeKilobits(kilobits))],
  output: AV1_OUTPUT,
  codecString: () => AV1_CODEC_STRING,
};
