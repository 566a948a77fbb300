/** Pieces of a frame of at most so many bytes, for the payload formats that cut anywhere. */
export function* fragments(
  frame: Buffer,
  maxSize: number,
): Generator<{ piece: Buffer; first: boolean; last: boolean }> {
  for (let start = 0; start < frame.byteLength; start += maxSize) {
    const end = Math.min(frame.byteLength, start + maxSize);
    yield { piece: frame.subarray(start, end), first: start === 0, last: end === frame.byteLength };
  }
}
