/**
 * NVIDIA's NVENC: low latency, constant bit rate, an endless group of pictures, a buffer of few frames. Untested on
 * hardware: without a GPU the plugin registers nothing to inspect. Most of the properties' names are in its file, of
 * GStreamer 1.22 and 1.26.
 */

import { AV1_CODEC_STRING, AV1_OUTPUT } from './av1.ts';
import {
  BUFFER_MS,
  type CodecName,
  type ElementProperties,
  type EncoderKind,
  wholeKilobits,
} from './encoder-kind.ts';
import { H264_OUTPUT, h264CodecString } from './h264.ts';
import { H265_OUTPUT, h265CodecString } from './h265.ts';

export const nvh264enc = nvenc('h264', H264_OUTPUT, h264CodecString);
export const nvh265enc = nvenc('h265', H265_OUTPUT, h265CodecString);
export const nvav1enc = nvenc('av1', AV1_OUTPUT, () => AV1_CODEC_STRING);

function nvenc(codec: CodecName, output: string, codecString: EncoderKind['codecString']): EncoderKind {
  return {
    name: `nv${codec}enc`,
    plugin: 'nvcodec',
    package: 'gstreamer1.0-plugins-bad and the driver with libnvidia-encode',
    codec,
    hardware: true,
    format: 'NV12',
    // GStreamer's nvcodec plugin registers an element for each further GPU by its CUDA number.
    elementOn: (gpu) => (gpu === 0 ? `nv${codec}enc` : `nv${codec}device${gpu}enc`),
    properties: ({ bitrate, minQuantizer }) => ({
      ...properties(bitrate),
      // AV1 has another scale.
      ...(codec !== 'av1' && { 'qp-min': minQuantizer }),
    }),
    bitrate: (kilobits) => ['bitrate', String(wholeKilobits(kilobits))],
    output,
    codecString,
  };
}

function properties(bitrate: number): ElementProperties {
  return {
    preset: 'low-latency-hp',
    'rc-mode': 'cbr',
    bitrate: wholeKilobits(bitrate),
    'vbv-buffer-size': wholeKilobits((bitrate * BUFFER_MS) / 1000),
    // No B frames, no reordering, no lookahead; the names differ between versions of GStreamer.
    bframes: 0,
    'b-frames': 0,
    zerolatency: true,
    'zero-reorder-delay': true,
    'rc-lookahead': 0,
    // Endless.
    'gop-size': -1,
    aud: false,
  };
}
