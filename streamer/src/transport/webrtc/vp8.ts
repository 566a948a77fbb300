/** RTP payloads of VP8 frames (RFC 7741 section 4.2): one byte of descriptor, no extensions, one partition. */
import { fragments } from './fragments.ts';

const START_OF_PARTITION = 0x10;

/** @param maxSize of a payload, bytes */
export function* packetizeVp8(frame: Buffer, maxSize: number): Generator<Buffer> {
  for (const { piece, first } of fragments(frame, maxSize - 1)) {
    yield Buffer.concat([Buffer.from([first ? START_OF_PARTITION : 0]), piece]);
  }
}
