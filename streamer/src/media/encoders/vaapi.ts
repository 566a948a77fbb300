/**
 * VA-API by the older gstreamer-vaapi plugin, for machines whose `va` plugin has no encoders. The GPU is
 * the one that GST_VAAPI_DRM_DEVICE names. Untested on hardware: without a GPU the plugin registers nothing
 * to inspect. Most of the properties' names are in its file, 1.26.
 */
import { type EncoderKind, wholeKilobits } from './encoder-kind.ts';
import { H264_OUTPUT, h264CodecString } from './h264.ts';
import { H265_OUTPUT, h265CodecString } from './h265.ts';

type Codec = Pick<EncoderKind, 'codec' | 'output' | 'codecString'>;

export const vaapih264enc = vaapi({ codec: 'h264', output: H264_OUTPUT, codecString: h264CodecString });
export const vaapih265enc = vaapi({ codec: 'h265', output: H265_OUTPUT, codecString: h265CodecString });
export const vaapivp8enc = vaapi({ codec: 'vp8', output: 'video/x-vp8', codecString: () => 'vp8' });
export const vaapivp9enc = vaapi({
  codec: 'vp9',
  output: 'video/x-vp9',
  codecString: () => 'vp09.00.51.08',
});

function vaapi(codec: Codec): EncoderKind {
  return {
    name: `vaapi${codec.codec}enc`,
    plugin: 'vaapi',
    package: 'gstreamer1.0-vaapi and a VA-API driver (intel-media-va-driver, mesa-va-drivers)',
    ...codec,
    hardware: true,
    format: 'NV12',
    properties: ({ bitrate, minQuantizer }) => ({
      'rate-control': 'cbr',
      bitrate: wholeKilobits(bitrate),
      // 7 is the fastest.
      'quality-level': 7,
      'max-bframes': 0,
      refs: 1,
      // As far apart as can be.
      'keyframe-period': 0,
      aud: false,
      // VP8 and VP9 have other scales.
      ...(codec.codec.startsWith('h26') && { 'min-qp': minQuantizer }),
    }),
    bitrate: (kilobits) => ['bitrate', String(wholeKilobits(kilobits))],
  };
}
