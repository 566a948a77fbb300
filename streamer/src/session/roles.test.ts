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
import { FakeInvitations } from './testing/fake-invitations.ts';
import { FakeMedia } from './testing/fake-media.ts';
import { FakeMicrophone } from './testing/fake-microphone.ts';
import { guestWith, OWNER } from './testing/guests.ts';

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
  'webrtc-candidate': { attempt: count, candidate: fc.string() },
  'use-transport': { transport: fc.constantFrom('websocket', 'webrtc') },
  'transport-shown': { transport: fc.constantFrom('websocket', 'webrtc') },
  clipboard: {
    transfer: count,
    items: fc.constantFrom([], [{ type: ClipType.options[0], size: 5 }]),
  },
  'clipboard-received': { transfer: count, bytes: count },
  active: {},
  'set-rate': { bitrate: fc.integer({ min: 100, max: 9999 }), fps: fc.integer({ min: 1, max: 99 }) },
  'set-role': { viewer: fc.constantFrom('1', '2', '3'), role: fc.constantFrom('controller', 'viewer') },
  'end-viewer': { viewer: fc.constantFrom('1', '2', '3') },
  invite: {
    role: fc.constantFrom('controller', 'viewer'),
    lifetime: fc.constant(60_000),
    label: fc.constant('x'),
  },
  'revoke-link': { link: fc.constantFrom('0123456789ab', 'link', 'owner') },
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
      const invitations = new FakeInvitations();
      const media = new FakeMedia();
      await using session = new Session({
        name: 'test',
        media,
        invitations,
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
      await Promise.resolve();
      const rates = JSON.stringify(media.streams.map(({ options }) => options.rate));
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
      expect(session.roles).toEqual(['controller', 'viewer']);
      expect(invitations.log).toEqual([]);
      expect(JSON.stringify(media.streams.map(({ options }) => options.rate))).toBe(rates);
    }),
    { numRuns: 200 },
  );
});

it('nothing that somebody sends who controls, but owns nothing, changes who may do what', async () => {
  const ofOwners = texts.filter((text) => /"(set-role|end-viewer|invite|revoke-link)"/.test(text));
  await fc.assert(
    fc.asyncProperty(fc.array(ofOwners, { maxLength: 20 }), async (messages) => {
      const invitations = new FakeInvitations();
      await using session = new Session({
        name: 'test',
        media: new FakeMedia(),
        display: new FakeDisplay(),
        invitations,
        maxSize: { width: 3840, height: 2160 },
        resizable: true,
        followsKeyboard: true,
        rate: { bitrate: 8000, fps: 60 },
        log: pino({ level: 'silent' }),
      });
      const hello = { type: 'hello' as const, version: PROTOCOL_VERSION, codecs: ['avc1.42E02A'] };
      const connections = [new FakeConnection(), new FakeConnection(), new FakeConnection()];
      const [guest] = [guestWith('controller'), OWNER, guestWith('viewer')].map(
        (one, index) => session.join(connections[index]!, hello, one)!,
      );
      for (const message of messages) guest!.receive(message);
      await Promise.resolve();
      expect(session.roles).toEqual(['controller', 'controller', 'viewer']);
      expect(invitations.log).toEqual([]);
      expect(connections.map(({ refusal }) => refusal)).toEqual([undefined, undefined, undefined]);
      expect(connections[0]!.of('people')).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
