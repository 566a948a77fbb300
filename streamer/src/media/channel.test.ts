import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Channel } from './channel.ts';

describe('the media channel', () => {
  test('gives back what was sent, however the stream cuts it', async () => {
    const piece = fc.oneof(
      fc.record({ message: fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.integer()) }),
      fc.record({ update: fc.uint8Array({ maxLength: 3000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.integer({ min: 1, max: 500 }), async (pieces, cut) => {
        const wire = recording();
        const sender = new Channel(wire, ignoring);
        for (const piece of pieces) {
          if ('message' in piece) sender.send(piece.message);
          else sender.sendBinary(piece.update);
        }
        const received: object[] = [];
        const other = recording();
        const receiver = new Channel(other, {
          onMessage: (message) => received.push({ message }),
          onBinary: (update) => received.push({ update: Uint8Array.from(update) }),
          onEnd: (error) => expect(error).toBeUndefined(),
        });
        for (const chunk of cutInto(wire.written(), cut)) other.emit('data', chunk);
        expect(received).toEqual(pieces);
        receiver[Symbol.dispose]();
      }),
    );
  });

  test.each([
    ['an unknown kind', [1, 0, 0, 0, 9, 0]],
    ['a length beyond the limit', [255, 255, 255, 255, 1]],
    ['a message that is not JSON', [1, 0, 0, 0, 1, 0x7b]],
  ])('ends on %s', (_, bytes) => {
    const wire = recording();
    const ends: (Error | undefined)[] = [];
    new Channel(wire, { ...ignoring, onEnd: (error) => ends.push(error) });
    wire.emit('data', Buffer.from(bytes));
    wire.emit('data', Buffer.from(bytes));
    expect(ends).toHaveLength(1);
    expect(ends[0]).toBeInstanceOf(Error);
    expect(wire.destroyed).toBe(true);
  });

  test('never throws on rubbish', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const wire = recording();
        new Channel(wire, ignoring);
        wire.emit('data', Buffer.from(bytes));
      }),
    );
  });
});

const ignoring = { onMessage: () => {}, onBinary: () => {}, onEnd: () => {} };

function recording(): Duplex & { written(): Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { written: () => Buffer.concat(chunks) });
}

function cutInto(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}
