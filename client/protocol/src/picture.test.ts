import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryType } from './binary.ts';
import { ProtocolError } from './bytes.ts';
import { MAX_RECTANGLES } from './limits.ts';
import {
  decodePictureUpdate,
  encodePictureUpdate,
  type PictureUpdate,
  peekPictureUpdate,
  TileCodec,
} from './picture.ts';

const u16 = fc.nat({ max: 0xffff });
const u32 = fc.nat({ max: 0xffffffff });
const i16 = fc.integer({ min: -0x8000, max: 0x7fff });
const data = fc.uint8Array({ maxLength: 64 });
const rectangle = { x: u16, y: u16, width: u16, height: u16 };

const update: fc.Arbitrary<PictureUpdate> = fc.record(
  {
    id: u32,
    stream: u16,
    captureTime: fc.double({ noNaN: true }),
    refinement: fc.boolean(),
    copies: fc.array(fc.record({ ...rectangle, dx: i16, dy: i16 })),
    tiles: fc.array(fc.record({ ...rectangle, codec: fc.constantFrom(...Object.values(TileCodec)), data })),
    video: fc.record(
      { key: fc.boolean(), area: fc.record(rectangle), data, owns: fc.array(fc.record(rectangle)) },
      { requiredKeys: ['key', 'data', 'owns'] },
    ),
  },
  { requiredKeys: ['id', 'stream', 'captureTime', 'refinement', 'copies', 'tiles'] },
);

describe('picture update', () => {
  it('arrives as it was sent', () => {
    fc.assert(
      fc.property(update, (sent) => {
        expect(decodePictureUpdate(encodePictureUpdate(sent))).toEqual(sent);
      }),
    );
  });

  it('tells a router what it is without being read as a whole', () => {
    fc.assert(
      fc.property(update, (sent) => {
        const { id, stream, captureTime, refinement, video } = sent;
        expect(peekPictureUpdate(encodePictureUpdate(sent))).toEqual({
          id,
          stream,
          captureTime,
          refinement,
          video: video !== undefined,
          key: video?.area === undefined ? (video?.key ?? false) : false,
        });
      }),
    );
  });

  it('is refused when it is cut short anywhere before its video', () => {
    fc.assert(
      fc.property(update, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (sent, share) => {
        const { video, ...exact } = sent;
        const bytes = encodePictureUpdate(exact);
        expect(() => decodePictureUpdate(bytes.subarray(0, Math.floor(bytes.length * share)))).toThrow(
          ProtocolError,
        );
      }),
    );
  });

  it('is refused with bytes after its end', () => {
    const bytes = encodePictureUpdate({
      id: 1,
      stream: 1,
      captureTime: 0,
      refinement: false,
      copies: [],
      tiles: [],
    });
    expect(() => decodePictureUpdate(Uint8Array.of(...bytes, 0))).toThrow('1 bytes too many');
  });

  it('takes any bytes as an update or refuses them as rubbish', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        bytes[0] = BinaryType.PictureUpdate;
        onlyProtocolErrors(() => decodePictureUpdate(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused before memory is taken for more rectangles than a screen has cells', () => {
    const bytes = new Uint8Array(24);
    bytes[0] = BinaryType.PictureUpdate;
    new DataView(bytes.buffer).setUint16(16, MAX_RECTANGLES + 1, true);
    expect(() => decodePictureUpdate(bytes)).toThrow(`at most ${MAX_RECTANGLES}`);
  });
});

function onlyProtocolErrors(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
  }
}
