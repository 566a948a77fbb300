import {
  ClipType,
  encodeAudioPacket,
  encodeClipPart,
  encodePointer,
  encodePointerMotion,
  encodeWheel,
  type Of,
  offerOf,
  PROTOCOL_VERSION,
  ProtocolError,
  ViewerMessage,
} from '@deskside/protocol';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Session } from './session.ts';
import { FakeConnection } from './testing/fake-connection.ts';
import { FakeDisplay } from './testing/fake-display.ts';
import { FakeMedia } from './testing/fake-media.ts';
import { FakeMicrophone } from './testing/fake-microphone.ts';
import { guestWith } from './testing/guests.ts';

const count = fc.nat(0xffff);
const code = fc.constantFrom('KeyA', 'ControlLeft', 'Delete');

/** What a message of each type may say. A new type has no entry, and the test below fails until it has. */
const fields: Record<ViewerMessage['type'], Record<string, fc.Arbitrary<unknown>>> = {
  hello: { version: fc.constant(PROTOCOL_VERSION), codecs: fc.constant(['avc1.42E02A']) },
  key: { code, down: fc.boolean() },
  locks: { capsLock: fc.boolean(), numLock: fc.boolean() },
  layout: { name: fc.constantFrom('de', 'us/dvorak') },
  text: { text: fc.string({ minLength: 1 }) },
  held: { codes: fc.array(code, { maxLength: 3 }) },
  release: {},
  'key-frame': {},
  resize: { width: fc.integer({ min: 64, max: 9999 }), height: fc.constant(600), scale: fc.constant(1) },
  ping: { time: count },
  listen: { on: fc.boolean() },
  speak: { on: fc.boolean() },
  'webrtc-request': { host: fc.constant('localhost'), port: fc.constant(6080) },
  'webrtc-answer': { attempt: count, sdp: fc.string() },
  'use-transport': { transport: fc.constantFrom('websocket', 'webrtc') },
  clipboard: {
    transfer: count,
    items: fc.constantFrom([], [{ type: ClipType.options[0], size: 5 }]),
  },
  'clipboard-received': { transfer: count, bytes: count },
};

const texts = fc
  .oneof(
    ...Object.entries(fields).map(([type, message]) => fc.record({ type: fc.constant(type), ...message })),
  )
  .map((message) => JSON.stringify(message));

const binaries = fc.oneof(
  fc.record({ sequence: count, x: count, y: count, buttons: fc.nat(31) }).map(encodePointer),
  fc.record({ dx: fc.nat(999), dy: fc.nat(999), buttons: fc.nat(31) }).map(encodePointerMotion),
  fc.record({ dx: fc.nat(999), dy: fc.nat(999) }).map(encodeWheel),
  count.map((transfer) => encodeClipPart({ transfer, data: new Uint8Array(5) })),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map(spoken),
  fc.uint8Array({ maxLength: 40 }),
);

function spoken(data: Uint8Array): Uint8Array {
  return encodeAudioPacket({ sequence: 0, captureTime: 0, marker: false, channels: 1, data });
}

it('every type of message is tried', () => {
  expect(Object.keys(fields).sort()).toEqual(
    ViewerMessage.options.map(({ entries }) => entries.type.literal).sort(),
  );
});

it('nothing that a viewer sends changes the desktop or what others have', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(texts, binaries), { maxLength: 40 }), async (messages) => {
      const display = new FakeDisplay();
      const microphone = new FakeMicrophone();
      await using session = new Session({
        name: 'test',
        media: new FakeMedia(),
        display,
        microphone,
        maxSize: { width: 3840, height: 2160 },
        resizable: true,
        followsKeyboard: true,
        rate: { bitrate: 8000, fps: 60 },
        clipboard: { in: true, out: true },
        log: pino({ level: 'silent' }),
      });
      const hello: Of<ViewerMessage, 'hello'> = {
        type: 'hello',
        version: PROTOCOL_VERSION,
        codecs: ['avc1.42E02A'],
      };
      const controller = new FakeConnection();
      session.join(controller, hello, guestWith('controller'));
      const connection = new FakeConnection();
      const viewer = session.join(connection, hello, guestWith('viewer'))!;
      const told = controller.messages.length;
      for (const message of messages) {
        try {
          viewer.receive(message);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }
      display.copy(offerOf([{ type: 'text/plain', data: Buffer.from('secret') }]));
      await Promise.resolve();
      expect(display.log).toEqual([]);
      expect(microphone.speakers).toEqual([]);
      const news = controller.messages.slice(told).filter(({ type }) => type !== 'stream');
      expect(news.map(({ type }) => type)).toEqual(['clipboard']);
      expect(connection.of('clipboard')).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
