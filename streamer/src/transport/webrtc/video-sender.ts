/** The video track's packets: numbers, header extensions, and retransmission (RFC 4588) of what a viewer missed. */
import { type Extension, type RtcpSrPacket, RtpHeader } from 'werift';
import type { RtpCodec } from './codecs.ts';
import type { Pacer } from './pacer.ts';
import { type Packet, PacketHistory } from './packet-history.ts';
import { RtpTrack, type SendRtp } from './rtp-track.ts';
import { EXTENSION, MID } from './sdp.ts';

/** Payload bytes: 1200 (RFC 8831's and libwebrtc's path MTU) less headers, extensions, RTX's two and SRTP's tag. */
const MAX_PAYLOAD = 1140;

/** Every payload format of video counts so (RFC 6184 section 8.2.1), Hz. */
const CLOCK_RATE = 90_000;

/** Time for packets that are asked for again, and again; with less, losses on long ways turn into key frames. */
const KEEP_FOR = 2 * CLOCK_RATE;

interface Kept extends Packet {
  timestamp: number;
  marker: boolean;
  /** Whether it is of a frame that can be begun with. */
  key: boolean;
  codec: RtpCodec;
}

/** Shown as soon as it is decoded: minimum and maximum 0 ms, 12 bits each. */
const NO_PLAYOUT_DELAY: Extension = { id: EXTENSION.playoutDelay.id, payload: Buffer.alloc(3) };

const VIDEO: Extension = { id: EXTENSION.mid.id, payload: Buffer.from(MID.video) };

export class VideoSender {
  /** Packets sent again, since the start. */
  retransmitted = 0;
  readonly #send: SendRtp;
  readonly #pacer: Pacer;
  readonly #track = new RtpTrack(CLOCK_RATE);
  readonly #rtx = new RtpTrack(CLOCK_RATE);
  readonly #history = new PacketHistory<Kept>(MAX_PAYLOAD, KEEP_FOR);
  #newest: Kept | undefined;

  constructor(send: SendRtp, pacer: Pacer) {
    this.#send = send;
    this.#pacer = pacer;
  }

  get ssrc(): number {
    return this.#track.ssrc;
  }

  get rtxSsrc(): number {
    return this.#rtx.ssrc;
  }

  /** @param timestamp on RTP's clock */
  sendFrame(frame: Buffer, timestamp: number, key: boolean, codec: RtpCodec): void {
    const payloads = [...codec.packetize(frame, MAX_PAYLOAD, key)];
    payloads.forEach((cut, index) => {
      const sequence = this.#track.next(cut);
      const marker = index === payloads.length - 1;
      const packet = this.#history.keep({ sequence, timestamp, marker, key, payload: cut, codec });
      this.#newest = packet;
      this.#pacer.send(cut.byteLength, () =>
        this.#send(header(packet, this.ssrc, codec.payloadType, sequence), packet.payload),
      );
    });
  }

  /** Sends again what a NACK (RFC 4585 section 6.2.1) names and the history still has. */
  retransmit(sequences: readonly number[]): void {
    for (const sequence of sequences) {
      const packet = this.#history.get(sequence);
      if (packet) this.#sendAgain(packet);
    }
  }

  /** Sends the last packet of the newest frame again. */
  resendNewest(): void {
    if (this.#newest) this.#sendAgain(this.#newest);
  }

  report(): RtcpSrPacket | undefined {
    return this.#track.report();
  }

  #sendAgain(packet: Kept): void {
    this.retransmitted++;
    const original = Buffer.allocUnsafe(2);
    original.writeUInt16BE(packet.sequence);
    const payload = Buffer.concat([original, packet.payload]);
    const { rtxPayloadType } = packet.codec;
    this.#pacer.sendFirst(payload.byteLength, () =>
      this.#send(header(packet, this.rtxSsrc, rtxPayloadType, this.#rtx.next(payload)), payload),
    );
  }
}

/**
 * What the media process' conversion makes: sRGB (primaries 1 and transfer 13 of ITU-T H.273) by the matrix of BT.601 (6)
 * in limited range (1 in the upper half of the last byte, whose lower half leaves open where chroma lies). Openh264 does
 * not write it into its stream, and VP8 has no place for it.
 */
const BT601: Extension = { id: EXTENSION.colorSpace.id, payload: Buffer.from([1, 13, 6, 0x10]) };

/** A colour space holds until the next key frame; the last packet of a frame tells it. */
function header(
  { timestamp, marker, key }: Kept,
  ssrc: number,
  payloadType: number,
  sequence: number,
): RtpHeader {
  return new RtpHeader({
    version: 2,
    ssrc,
    payloadType,
    sequenceNumber: sequence,
    timestamp,
    marker,
    extension: true,
    extensions: [VIDEO, NO_PLAYOUT_DELAY, ...(key && marker ? [BT601] : [])],
  });
}
