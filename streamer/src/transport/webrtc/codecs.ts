/** Video codecs that can travel over RTP here. */
import { packetizeAv1 } from './av1.ts';
import { packetizeH264 } from './h264.ts';
import { packetizeVp8 } from './vp8.ts';
import { packetizeVp9 } from './vp9.ts';

export interface RtpCodec {
  /** Name in `a=rtpmap`. */
  name: string;
  /** Dynamic payload types (RFC 3551 section 3) of the media and its retransmissions. */
  payloadType: number;
  rtxPayloadType: number;
  /** `a=fmtp`, if there is anything to say. */
  parameters?: string;
  /** Whether WebCodecs' string names this codec. */
  matches(codec: string): boolean;
  /** Splits a frame into payloads of at most so many bytes. */
  packetize(frame: Buffer, maxSize: number, key: boolean): Iterable<Buffer>;
}

const FULL_CHROMA = 'avc1.F4';

export const RTP_CODECS: readonly RtpCodec[] = [
  {
    name: 'H264',
    payloadType: 96,
    rtxPayloadType: 97,
    // Constrained Baseline; the level may be exceeded by the sender (RFC 6184 section 8.1, level-asymmetry-allowed).
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    matches: (codec) => codec.startsWith('avc1.') && !codec.startsWith(FULL_CHROMA),
    packetize: packetizeH264,
  },
  {
    name: 'H264',
    payloadType: 104,
    rtxPayloadType: 105,
    // High 4:4:4 Predictive, which browsers may refuse.
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=f4001f',
    matches: (codec) => codec.startsWith(FULL_CHROMA),
    packetize: packetizeH264,
  },
  {
    name: 'VP8',
    payloadType: 98,
    rtxPayloadType: 99,
    matches: (codec) => codec === 'vp8',
    packetize: packetizeVp8,
  },
  {
    name: 'VP9',
    payloadType: 100,
    rtxPayloadType: 101,
    parameters: 'profile-id=0',
    // Profile 0, the one of 8-bit 4:2:0 (VP Codec ISO Media File Format Binding).
    matches: (codec) => codec.startsWith('vp09.00.'),
    packetize: packetizeVp9,
  },
  {
    name: 'AV1',
    payloadType: 102,
    rtxPayloadType: 103,
    // Main profile, the one of 8-bit 4:2:0 (AV1 ISO Media File Format Binding).
    matches: (codec) => codec.startsWith('av01.0.'),
    packetize: packetizeAv1,
  },
];
