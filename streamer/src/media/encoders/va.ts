/**
 * Intel's and AMD's encoders through VA-API, by GStreamer's `va` plugin (1.22 and newer): no B frames, one reference,
 * fastest target usage, constant bit rate. Untested on hardware: without a GPU the plugin registers nothing to inspect.
 * Most of the properties' names are in its file, 1.22 and 1.26.
 */
import { AV1_CODEC_STRING, AV1_OUTPUT } from './av1.ts';
import { BUFFER_MS, type EncoderKind, wholeKilobits } from './encoder-kind.ts';
import { H264_OUTPUT, h264CodecString } from './h264.ts';
import { H265_OUTPUT, h265CodecString } from './h265.ts';

type Codec = Pick<EncoderKind, 'codec' | 'output' | 'codecString'>;

const h264: Codec = { codec: 'h264', output: H264_OUTPUT, codecString: h264CodecString };
const h265: Codec = { codec: 'h265', output: H265_OUTPUT, codecString: h265CodecString };
const vp9: Codec = { codec: 'vp9', output: 'video/x-vp9', codecString: () => 'vp09.00.51.08' };
const av1: Codec = { codec: 'av1', output: AV1_OUTPUT, codecString: () => AV1_CODEC_STRING };

export const vah264enc = va('h264enc', h264);
/** Of Intel's low-power unit, the only one that newer chips have. */
export const vah264lpenc = va('h264lpenc', h264);
export const vah265enc = va('h265enc', h265);
export const vavp9enc = va('vp9enc', vp9);
export const vaav1enc = va('av1enc', av1);

function va(suffix: string, codec: Codec): EncoderKind {
  return {
    name: `va${suffix}`,
    plugin: 'va',
    package: 'gstreamer1.0-plugins-bad and a VA-API driver (intel-media-va-driver, mesa-va-drivers)',
    ...codec,
    hardware: true,
    format: 'NV12',
    // The plugin names the elements of further GPUs after their render nodes, which count from 128.
    elementOn: (gpu) => (gpu === 0 ? `va${suffix}` : `varenderD${FIRST_RENDER_NODE + gpu}${suffix}`),
    properties: ({ bitrate, minQuantizer }) => ({
      'rate-control': 'cbr',
      bitrate: wholeKilobits(bitrate),
      'cpb-size': wholeKilobits((bitrate * BUFFER_MS) / 1000),
      // 7 is the fastest.
      'target-usage': 7,
      'b-frames': 0,
      'ref-frames': 1,
      // The most that the plugin takes.
      'key-int-max': 1024,
      aud: false,
      // VP9 and AV1 have other scales.
      ...(codec.codec.startsWith('h26') && { 'min-qp': minQuantizer }),
    }),
    bitrate: (kilobits) => ['bitrate', String(wholeKilobits(kilobits))],
  };
}

const FIRST_RENDER_NODE = 128;
