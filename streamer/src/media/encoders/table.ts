/** Every encoder that Deskside knows how to run, in the order in which they are tried where nothing was measured. */
import { av1enc } from './av1.ts';
import type { CodecName, EncoderKind } from './encoder-kind.ts';
import { nvav1enc, nvh264enc, nvh265enc } from './nvenc.ts';
import { openh264enc } from './openh264enc.ts';
import { svtav1enc } from './svtav1enc.ts';
import { vaav1enc, vah264enc, vah264lpenc, vah265enc, vavp9enc } from './va.ts';
import { vaapih264enc, vaapih265enc, vaapivp8enc, vaapivp9enc } from './vaapi.ts';
import { vp8enc, vp9enc } from './vpx.ts';
import { x264enc, x264enc444 } from './x264enc.ts';
import { x265enc } from './x265enc.ts';

export const ENCODERS: readonly EncoderKind[] = [
  nvh264enc,
  vah264lpenc,
  vah264enc,
  vaapih264enc,
  nvh265enc,
  vah265enc,
  vaapih265enc,
  nvav1enc,
  vaav1enc,
  vavp9enc,
  vaapivp9enc,
  vaapivp8enc,
  x264enc,
  x264enc444,
  openh264enc,
  vp8enc,
  vp9enc,
  av1enc,
  svtav1enc,
  x265enc,
];

export const ENCODER_NAMES: readonly string[] = ENCODERS.map(({ name }) => name);

export const CODEC_NAMES: readonly CodecName[] = ['h264', 'h265', 'vp8', 'vp9', 'av1'];
