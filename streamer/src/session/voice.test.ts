import { encodeAudioPacket, PROTOCOL_VERSION, ProtocolError, type Role } from '@deskside/protocol';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Session } from './session.ts';
import { FakeConnection } from './testing/fake-connection.ts';
import { FakeDisplay } from './testing/fake-display.ts';
import { FakeMedia } from './testing/fake-media.ts';
import { FakeMicrophone } from './testing/fake-microphone.ts';
import { guestWith } from './testing/guests.ts';

function open(microphone?: FakeMicrophone): Session {
  return new Session({
    name: 'test',
    media: new FakeMedia(),
    display: new FakeDisplay(),
    microphone,
    maxSize: { width: 3840, height: 2160 },
    resizable: true,
    followsKeyboard: true,
    rate: { bitrate: 8000, fps: 60 },
    log: pino({ level: 'silent' }),
  });
}

function join(session: Session, role: Role = 'controller') {
  const connection = new FakeConnection();
  const hello = { type: 'hello' as const, version: PROTOCOL_VERSION, codecs: ['avc1.42E02A'] };
  const viewer = session.join(connection, hello, guestWith(role))!;
  const speak = (on: boolean) => viewer.receive(JSON.stringify({ type: 'speak', on }));
  const say = (packet: Uint8Array) => viewer.receive(packet);
  const told = () => connection.of('microphone');
  return { viewer, speak, say, told };
}

/** 10 ms of silence in Opus: a TOC byte of configuration 30 (RFC 6716 section 3.1) and an empty frame. */
const SILENCE = Uint8Array.of(30 << 3);

function packet(sequence: number, data = SILENCE): Uint8Array {
  return encodeAudioPacket({ sequence, captureTime: 0, marker: false, channels: 1, data });
}

it('what a controller says is passed on once it is turned on, and until it is turned off', async () => {
  const microphone = new FakeMicrophone();
  await using session = open(microphone);
  const person = join(session);
  expect(person.told()).toEqual([{ type: 'microphone', state: 'off' }]);
  person.say(packet(0));
  expect(microphone.speakers).toEqual([]);
  person.speak(true);
  microphone.last.events.onReady();
  expect(person.told().at(-1)).toEqual({ type: 'microphone', state: 'on' });
  person.say(packet(1));
  expect(microphone.last.packets).toEqual([packet(1)]);
  person.speak(false);
  person.say(packet(2));
  expect(microphone.last).toMatchObject({ over: true, packets: [packet(1)] });
});

it.each([
  ['who only watches', 'viewer' as const, new FakeMicrophone()],
  ['anybody with --microphone off', 'controller' as const, undefined],
])('%s is offered none, and told why when asking', async (_, role, microphone) => {
  await using session = open(microphone);
  const person = join(session, role);
  expect(person.told()).toEqual([]);
  person.speak(true);
  person.say(packet(0));
  expect(microphone?.speakers ?? []).toEqual([]);
  expect(person.told()).toMatchObject([{ state: 'off', message: expect.stringContaining('no microphone') }]);
});

it('is one person’s at a time: who turns it on last has it, and the other is told', async () => {
  const microphone = new FakeMicrophone();
  await using session = open(microphone);
  const [first, second] = [join(session), join(session)];
  first.speak(true);
  const [spokeFirst] = microphone.speakers;
  second.speak(true);
  spokeFirst!.events.onTaken();
  expect(first.told().at(-1)).toMatchObject({
    state: 'off',
    message: expect.stringContaining('Somebody else'),
  });
  first.say(packet(0));
  expect(spokeFirst!.packets).toEqual([]);
});

it('is over when the person loses the keyboard, and theirs again when they get it back', async () => {
  const microphone = new FakeMicrophone();
  await using session = open(microphone);
  const person = join(session);
  person.speak(true);
  person.viewer.setRole('viewer');
  expect(microphone.last.over).toBe(true);
  expect(person.told().at(-1)).toMatchObject({
    state: 'none',
    message: expect.stringContaining('no longer'),
  });
  person.say(packet(0));
  person.viewer.setRole('controller');
  expect(person.told().at(-1)).toEqual({ type: 'microphone', state: 'off' });
  expect(microphone.speakers).toHaveLength(1);
});

it('is over when the person leaves', async () => {
  const microphone = new FakeMicrophone();
  await using session = open(microphone);
  const person = join(session);
  person.speak(true);
  person.viewer[Symbol.dispose]();
  expect(microphone.last.over).toBe(true);
});

it('says so while nothing comes through, and when it does again', async () => {
  const microphone = new FakeMicrophone();
  await using session = open(microphone);
  const person = join(session);
  person.speak(true);
  microphone.last.events.onFailed('The sink failed: refused.');
  expect(person.told().at(-1)).toMatchObject({ state: 'on', message: expect.stringContaining('refused') });
  microphone.last.events.onReady();
  expect(person.told().at(-1)).toEqual({ type: 'microphone', state: 'on' });
});

it('passes no more than a second of sound ahead of time', async () => {
  const microphone = new FakeMicrophone();
  await using session = open(microphone);
  const person = join(session);
  person.speak(true);
  for (let sequence = 0; sequence < 1000; sequence++) person.say(packet(sequence));
  expect(microphone.last.packets.length).toBeLessThan(150);
});

it('refuses what is no sound', async () => {
  await using session = open(new FakeMicrophone());
  const person = join(session);
  person.speak(true);
  expect(() => person.say(packet(0, Uint8Array.of(0xff, 0)))).toThrow(ProtocolError);
});
