import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AudioPacket, decodeAudioPacket, encodeAudioPacket } from './audio.ts';
import { BinaryType } from './binary.ts';
import { ProtocolError } from './bytes.ts';
import { MAX_OPUS_PACKET } from './limits.ts';

const packets: fc.Arbitrary<AudioPacket> = fc.record({
  sequence: fc.nat({ max: 0xffffffff }),
  captureTime: fc.double({ noNaN: true, noDefaultInfinity: true }),
  marker: fc.boolean(),
  channels: fc.integer({ min: 1, max: 8 }),
  data: fc.uint8Array({ minLength: 1, maxLength: 400 }),
});

it('arrives as it was sent', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      expect(decodeAudioPacket(encodeAudioPacket(packet))).toEqual(packet);
    }),
  );
});

it('takes any bytes as a message or refuses them as rubbish', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 48 }), fc.boolean(), (bytes, rightType) => {
      if (rightType) bytes[0] = BinaryType.AudioPacket;
      try {
        decodeAudioPacket(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
    { numRuns: 1000 },
  );
});

it.each([
  ['no sound', { data: new Uint8Array(0) }, '0 bytes'],
  ['more than an encoder makes', { data: new Uint8Array(MAX_OPUS_PACKET + 1) }, `1 to ${MAX_OPUS_PACKET}`],
  ['no channel', { channels: 0 }, '0 channels'],
  ['nine channels', { channels: 9 }, '9 channels'],
  ['a time that is none', { captureTime: Number.NaN }, 'not a number'],
])('%s is refused', (_, wrong, message) => {
  const packet = {
    sequence: 0,
    captureTime: 0,
    marker: false,
    channels: 2,
    data: new Uint8Array(1),
    ...wrong,
  };
  expect(() => encodeAudioPacket(packet)).toThrow(message);
});
