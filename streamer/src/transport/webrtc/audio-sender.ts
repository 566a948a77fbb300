/** The audio track's packets: one Opus packet each (RFC 7587 section 4.2). */
import { decodeAudioPacket } from '@deskside/protocol';
import { type Extension, type RtcpSrPacket, RtpHeader } from 'werift';
import { RtpTrack, type SendRtp } from './rtp-track.ts';
import { EXTENSION, MID, OPUS_PAYLOAD_TYPE } from './sdp.ts';

/** RFC 7587 section 4.1: always, whatever was sampled, Hz. */
const CLOCK_RATE = 48_000;

const AUDIO: Extension = { id: EXTENSION.mid.id, payload: Buffer.from(MID.audio) };

export class AudioSender {
  readonly #send: SendRtp;
  readonly #track = new RtpTrack(CLOCK_RATE);

  constructor(send: SendRtp) {
    this.#send = send;
  }

  get ssrc(): number {
    return this.#track.ssrc;
  }

  /**
   * @param packet the bytes of an `AudioPacket`
   * @returns false if it has more channels than RTP's Opus
   */
  send(packet: Uint8Array): boolean {
    const { captureTime, marker, channels, data } = decodeAudioPacket(packet);
    if (channels > 2) return false;
    const payload = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const header = new RtpHeader({
      version: 2,
      ssrc: this.ssrc,
      payloadType: OPUS_PAYLOAD_TYPE,
      sequenceNumber: this.#track.next(payload),
      timestamp: this.#track.timestamp(captureTime),
      marker,
      extension: true,
      extensions: [AUDIO],
    });
    this.#send(header, payload);
    return true;
  }

  report(): RtcpSrPacket | undefined {
    return this.#track.report();
  }
}
