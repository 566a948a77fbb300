/** One RTP stream (RFC 3550): its source, its numbers, and the reports by which a viewer puts tracks side by side. */
import { randomBytes } from 'node:crypto';
import { RtcpSenderInfo, RtcpSrPacket, type RtpHeader } from 'werift';
import { streamerTime } from '../../session/clock.ts';

/** Encrypts and sends an RTP packet, with the header extensions that every packet of the transport has. */
export type SendRtp = (header: RtpHeader, payload: Buffer) => void;

/** Seconds from NTP's epoch, 1900, to that of Unix (RFC 3550 section 4). */
const NTP_EPOCH = 2_208_988_800;

export class RtpTrack {
  readonly ssrc = randomBytes(4).readUInt32BE();
  readonly #clockRate: number;
  // RFC 3550 section 5.1 has the first number random; below half the range, no roll-over comes before SRTP's first.
  #sequence = randomBytes(2).readUInt16BE() >> 1;
  #packets = 0;
  #octets = 0;

  /** @param clockRate of its time stamps, Hz */
  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** The number of the coming packet. */
  next(payload: Buffer): number {
    this.#packets++;
    this.#octets += payload.byteLength;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    return sequence;
  }

  /** RTP time stamp of a moment, ms on the streamer's clock. */
  timestamp(time: number): number {
    return Math.round((time * this.#clockRate) / 1000) % 2 ** 32;
  }

  /**
   * Sender report (section 6.4.1): what the streamer's clock and that of the track show right now. Undefined before the
   * first packet.
   */
  report(now = streamerTime()): RtcpSrPacket | undefined {
    if (this.#packets === 0) return undefined;
    const senderInfo = new RtcpSenderInfo({
      ntpTimestamp: ntpTimestamp(now),
      rtpTimestamp: this.timestamp(now),
      packetCount: this.#packets % 2 ** 32,
      octetCount: this.#octets % 2 ** 32,
    });
    return new RtcpSrPacket({ ssrc: this.ssrc, senderInfo, reports: [] });
  }
}

/** 32 bits of seconds, 32 of their fractions. */
function ntpTimestamp(time: number): bigint {
  const microseconds = BigInt(Math.round(time * 1000));
  const seconds = microseconds / 1_000_000n + BigInt(NTP_EPOCH);
  return (seconds << 32n) + ((microseconds % 1_000_000n) << 32n) / 1_000_000n;
}
