/** RTP payloads of H.264 access units (RFC 6184, packetization-mode 1). */

const FU_A = 28;
const START_OF_NAL = 0x80;
const END_OF_NAL = 0x40;
const NRI_AND_FORBIDDEN = 0xe0;
const TYPE = 0x1f;

/**
 * Splits an access unit into payloads: a NAL unit each, or FU-A fragments (section 5.8) of a larger one.
 *
 * @param accessUnit in Annex B form, with start codes
 * @param maxSize of a payload, bytes
 */
export function* packetizeH264(accessUnit: Buffer, maxSize: number): Generator<Buffer> {
  for (const nal of nalUnits(accessUnit)) {
    if (nal.byteLength <= maxSize) yield nal;
    else yield* fragment(nal, maxSize);
  }
}

function* fragment(nal: Buffer, maxSize: number): Generator<Buffer> {
  const indicator = (nal[0]! & NRI_AND_FORBIDDEN) | FU_A;
  const type = nal[0]! & TYPE;
  const room = maxSize - 2;
  for (let start = 1; start < nal.byteLength; start += room) {
    const end = Math.min(nal.byteLength, start + room);
    const payload = Buffer.allocUnsafe(2 + end - start);
    payload[0] = indicator;
    payload[1] = type | (start === 1 ? START_OF_NAL : 0) | (end === nal.byteLength ? END_OF_NAL : 0);
    nal.copy(payload, 2, start, end);
    yield payload;
  }
}

/** NAL units between start codes (ITU-T H.264 Annex B), without the zero bytes that may trail them. */
function* nalUnits(stream: Buffer): Generator<Buffer> {
  let code = stream.indexOf(START_CODE);
  while (code >= 0) {
    const start = code + START_CODE.byteLength;
    code = stream.indexOf(START_CODE, start);
    let end = code < 0 ? stream.byteLength : code;
    while (end > start && stream[end - 1] === 0) end--;
    if (end > start) yield stream.subarray(start, end);
  }
}

const START_CODE = Buffer.from([0, 0, 1]);
