/** The audio track's packets: one Opus packet each (RFC 7587 section 4.2). */
import { decodeAudioPacket, opusDuration } from '@deskside/protocol';
import { type Extension, type RtcpSrPacket, RtpHeader } from 'werift';
import { RtpTrack, type SendRtp } from './rtp-track.ts';
import { EXTENSION, MID, OPUS_PAYLOAD_TYPE } from './sdp.ts';

/** RFC 7587 section 4.1: always, whatever was sampled, Hz. */
const CLOCK_RATE = 48_000;

/** Clocks that are further apart than this are set anew, ms: pictures are put beside the sound by them. */
const MAX_DRIFT = 20;

const AUDIO: Extension = { id: EXTENSION.mid.id, payload: Buffer.from(MID.audio) };

export class AudioSender {
  readonly #send: SendRtp;
  readonly #track = new RtpTrack(CLOCK_RATE);
  /** The packet that goes on where the last one ended, and when that is, ms on the streamer's clock. */
  #next: { sequence: number; time: number } | undefined;

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
    const { captureTime, marker, channels, data, sequence } = decodeAudioPacket(packet);
    if (channels > 2) return false;
    const payload = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const header = new RtpHeader({
      version: 2,
      ssrc: this.ssrc,
      payloadType: OPUS_PAYLOAD_TYPE,
      sequenceNumber: this.#track.next(payload),
      timestamp: this.#track.timestamp(this.#timeOf(sequence, captureTime, marker, opusDuration(data))),
      marker,
      extension: true,
      extensions: [AUDIO],
    });
    this.#send(header, payload);
    return true;
  }

  /**
   * Time stamps count samples: when they were captured is known less exactly than that they follow each other, and a
   * receiver takes every deviation for jitter, against which it waits.
   */
  #timeOf(sequence: number, captured: number, marker: boolean, duration: number): number {
    const follows = !marker && this.#next?.sequence === sequence;
    const time = follows && Math.abs(this.#next!.time - captured) < MAX_DRIFT ? this.#next!.time : captured;
    this.#next = { sequence: (sequence + 1) >>> 0, time: time + duration };
    return time;
  }

  report(): RtcpSrPacket | undefined {
    return this.#track.report();
  }
}
