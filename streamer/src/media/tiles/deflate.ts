/** Deflate (RFC 1951) by libdeflate: faster than zlib, and without the 268 KB of state that Node's makes for each call. */
import type { KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from '../../native.ts';

/** The least effort that still compresses; what is sent is as small as by zlib's. */
const LEVEL = 1;

const libdeflate = once(() => {
  const library = loadLibrary('libdeflate.so.0', 'libdeflate0');
  const allocate = library.func('uintptr_t libdeflate_alloc_compressor(int level)') as KoffiFunc<
    (level: number) => Address
  >;
  return {
    compressor: allocate(LEVEL),
    compress: library.func(
      'size_t libdeflate_deflate_compress(uintptr_t compressor, const void *in, size_t inSize, void *out, size_t outSize)',
    ) as KoffiFunc<
      (compressor: Address, input: Uint8Array, inSize: number, out: Uint8Array, outSize: number) => number
    >,
  };
});

/** Loads libdeflate. @throws MissingLibrary */
export function checkLibdeflate(): void {
  libdeflate();
}

let room = new Uint8Array(1 << 16);

/** @returns bytes of their own; undefined if these would be no fewer than were given */
export function deflate(bytes: Uint8Array): Uint8Array | undefined {
  if (room.length < bytes.length) room = new Uint8Array(bytes.length);
  const { compressor, compress } = libdeflate();
  const length = compress(compressor, bytes, bytes.length, room, bytes.length - 1);
  return length === 0 ? undefined : room.slice(0, length);
}
