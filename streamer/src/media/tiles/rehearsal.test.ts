import { encodeQoi, maxQoiSize } from '@deskside/protocol';
import { expect, it } from 'vitest';
import { rehearsedPixels } from './rehearsal.ts';

it('rehearses every operation of a tile', () => {
  const words = rehearsedPixels();
  const side = Math.sqrt(words.length);
  const bytes = new Uint8Array(maxQoiSize(words.length));
  const length = encodeQoi(words, side, { x: 0, y: 0, width: side, height: side }, bytes);
  expect(operations(bytes.subarray(0, length))).toEqual(
    new Set(['table', 'difference', 'luma', 'run', 'pixel', 'long run']),
  );
});

/** What stands in a tile, by `tile-codec.ts` of the protocol. */
function operations(bytes: Uint8Array): Set<string> {
  const seen = new Set<string>();
  for (let at = 0; at < bytes.length; ) {
    const [name, length] = operation(bytes[at]!);
    seen.add(name);
    at += length;
  }
  return seen;
}

function operation(first: number): [name: string, bytes: number] {
  if (first === 0xff) return ['long run', 3];
  if (first === 0xfe) return ['pixel', 4];
  const [name, length] = (
    [
      ['table', 1],
      ['difference', 1],
      ['luma', 2],
      ['run', 1],
    ] as const
  )[first >> 6]!;
  return [name, length];
}
