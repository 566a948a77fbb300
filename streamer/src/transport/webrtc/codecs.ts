/** Video codecs that can travel over RTP here. */
import { packetizeH264 } from './h264.ts';

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
  packetize(frame: Buffer, maxSize: number): Iterable<Buffer>;
}

export const RTP_CODECS: readonly RtpCodec[] = [
  {
    name: 'H264',
    payloadType: 96,
    rtxPayloadType: 97,
    // Constrained Baseline; the level may be exceeded by the sender (RFC 6184 section 8.1, level-asymmetry-allowed).
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    matches: (codec) => codec.startsWith('avc1.'),
    packetize: packetizeH264,
  },
];
