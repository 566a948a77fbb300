/**
 * Numbers every RTP packet of a transport and finds out from the viewer's feedback when each arrived
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 */
import { type Extension, RunLengthChunk, type TransportWideCC } from 'werift';
import { streamerTime } from '../../session/clock.ts';
import type { PacketFeedback } from '../../session/packet-feedback.ts';
import { EXTENSION } from './sdp.ts';

/** Packets that are remembered: feedback comes within 250 ms, and so many packets are 2 s at 20 Mbit/s. */
const HISTORY = 4096;

/** Section 3.1: the reference time counts 64 ms. */
const REFERENCE_TIME_UNIT = 64;

const NOT_RECEIVED = 0;
const RECEIVED_WITHOUT_TIME = 3;

interface Sent {
  number: number;
  bytes: number;
  sent: number;
}

export class TransportFeedback {
  readonly #history = new Array<Sent | undefined>(HISTORY);
  #number = -1;

  /** The number of the coming packet. Call {@link sent} once it has left. */
  next(): Extension {
    this.#number = (this.#number + 1) & 0xffff;
    const payload = Buffer.allocUnsafe(2);
    payload.writeUInt16BE(this.#number);
    return { id: EXTENSION.transportSequence.id, payload };
  }

  /** @param bytes of the packet on the wire */
  sent(bytes: number): void {
    this.#history[this.#number % HISTORY] = { number: this.#number, bytes, sent: streamerTime() };
  }

  /** What the viewer says of packets of ours; those that it got are told of once. */
  receive({
    baseSequenceNumber,
    packetStatusCount,
    referenceTime,
    packetChunks,
    recvDeltas,
  }: TransportWideCC) {
    const feedback: PacketFeedback[] = [];
    let time = referenceTime * REFERENCE_TIME_UNIT;
    let delta = 0;
    let number = baseSequenceNumber;
    const statuses = packetChunks.flatMap((chunk) =>
      chunk instanceof RunLengthChunk
        ? new Array<number>(Math.min(chunk.runLength || 0, packetStatusCount)).fill(chunk.packetStatus)
        : chunk.symbolList,
    );
    for (const status of statuses.slice(0, packetStatusCount)) {
      const isTimed = status !== NOT_RECEIVED && status !== RECEIVED_WITHOUT_TIME;
      // µs, whatever the layout counts in.
      if (isTimed) time += (recvDeltas[delta++]?.delta ?? 0) / 1000;
      const packet = this.#history[number % HISTORY];
      if (packet?.number === number && status !== RECEIVED_WITHOUT_TIME) {
        const { bytes, sent } = packet;
        feedback.push({ bytes, sent, received: isTimed ? time : undefined });
        if (isTimed) this.#history[number % HISTORY] = undefined;
      }
      number = (number + 1) & 0xffff;
    }
    return feedback;
  }
}
