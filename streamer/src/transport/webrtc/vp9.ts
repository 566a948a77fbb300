/** RTP payloads of VP9 frames (RFC 9628 section 4.2): one byte of descriptor, one layer, no picture ids. */
import { fragments } from './fragments.ts';

const INTER_PREDICTED = 0x40;
const START_OF_FRAME = 0x08;
const END_OF_FRAME = 0x04;

/**
 * @param maxSize of a payload, bytes
 * @param key whether the frame needs no other
 */
export function* packetizeVp9(frame: Buffer, maxSize: number, key: boolean): Generator<Buffer> {
  for (const { piece, first, last } of fragments(frame, maxSize - 1)) {
    const descriptor = (key ? 0 : INTER_PREDICTED) | (first ? START_OF_FRAME : 0) | (last ? END_OF_FRAME : 0);
    yield Buffer.concat([Buffer.from([descriptor]), piece]);
  }
}
