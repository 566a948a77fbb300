/** One video track's packets: numbering, header extensions, and retransmission (RFC 4588) of what a viewer missed. */
import { randomBytes } from 'node:crypto';
import { type Extension, RtpHeader } from 'werift';
import type { RtpCodec } from './codecs.ts';
import { EXTENSION, VIDEO_MID } from './sdp.ts';

export interface RtpSenderOptions {
  /** Encrypts and sends. */
  send(header: RtpHeader, payload: Buffer): void;
}

/** Payload bytes: 1200 (RFC 8831's and libwebrtc's path MTU) less headers, extensions, RTX's two and SRTP's tag. */
const MAX_PAYLOAD = 1140;

/** Packets kept for retransmission: 2 s at 20 Mbit/s; a shorter history turns every loss into a key frame. */
const HISTORY = 4096;

interface Kept {
  sequence: number;
  timestamp: number;
  marker: boolean;
  payload: Buffer;
  codec: RtpCodec;
}

/** Shown as soon as it is decoded: minimum and maximum 0 ms, 12 bits each. */
const NO_PLAYOUT_DELAY: Extension = { id: EXTENSION.playoutDelay.id, payload: Buffer.alloc(3) };

const MID: Extension = { id: EXTENSION.mid.id, payload: Buffer.from(VIDEO_MID) };

export class RtpSender {
  readonly ssrc = randomBytes(4).readUInt32BE();
  readonly rtxSsrc = randomBytes(4).readUInt32BE();
  /** Packets sent again, since the start. */
  retransmitted = 0;
  readonly #send: RtpSenderOptions['send'];
  readonly #history = new Array<Kept | undefined>(HISTORY);
  // RFC 3550 section 5.1 has the first number random; below half the range, no roll-over comes before SRTP's first.
  #sequence = randomBytes(2).readUInt16BE() >> 1;
  #rtxSequence = randomBytes(2).readUInt16BE() >> 1;
  #transportSequence = 0;

  constructor({ send }: RtpSenderOptions) {
    this.#send = send;
  }

  /** @param timestamp on RTP's clock */
  sendFrame(frame: Buffer, timestamp: number, key: boolean, codec: RtpCodec): void {
    const payloads = [...codec.packetize(frame, MAX_PAYLOAD, key)];
    payloads.forEach((payload, index) => {
      const sequence = this.#sequence;
      this.#sequence = (sequence + 1) & 0xffff;
      const packet = { sequence, timestamp, marker: index === payloads.length - 1, payload, codec };
      this.#history[sequence % HISTORY] = packet;
      this.#send(this.#header(packet), payload);
    });
  }

  /** Sends again what a NACK (RFC 4585 section 6.2.1) names and the history still has. */
  retransmit(sequences: readonly number[]): void {
    for (const sequence of sequences) {
      const packet = this.#history[sequence % HISTORY];
      if (packet?.sequence === sequence) this.#sendAgain(packet);
    }
  }

  /** Sends the last packet of the newest frame again. */
  resendNewest(): void {
    const packet = this.#history[((this.#sequence - 1) & 0xffff) % HISTORY];
    if (packet) this.#sendAgain(packet);
  }

  #sendAgain(packet: Kept): void {
    this.retransmitted++;
    const original = Buffer.allocUnsafe(2);
    original.writeUInt16BE(packet.sequence);
    const header = this.#header(packet);
    header.ssrc = this.rtxSsrc;
    header.payloadType = packet.codec.rtxPayloadType;
    header.sequenceNumber = this.#rtxSequence;
    this.#rtxSequence = (this.#rtxSequence + 1) & 0xffff;
    this.#send(header, Buffer.concat([original, packet.payload]));
  }

  #header({ sequence, timestamp, marker, codec }: Kept): RtpHeader {
    return new RtpHeader({
      version: 2,
      ssrc: this.ssrc,
      payloadType: codec.payloadType,
      sequenceNumber: sequence,
      timestamp,
      marker,
      extension: true,
      extensions: [MID, this.#nextTransportSequence(), NO_PLAYOUT_DELAY],
    });
  }

  #nextTransportSequence(): Extension {
    const payload = Buffer.allocUnsafe(2);
    payload.writeUInt16BE(this.#transportSequence);
    this.#transportSequence = (this.#transportSequence + 1) & 0xffff;
    return { id: EXTENSION.transportSequence.id, payload };
  }
}
