import { PROTOCOL_VERSION, type Role, type ViewerMessage } from '@deskside/protocol';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Session } from './session.ts';
import { FakeConnection } from './testing/fake-connection.ts';
import { FakeDisplay } from './testing/fake-display.ts';
import { FakeMedia } from './testing/fake-media.ts';
import { FakeSound } from './testing/fake-sound.ts';
import { guestWith } from './testing/guests.ts';

function open(sound?: FakeSound): Session {
  return new Session({
    name: 'test',
    media: new FakeMedia(),
    display: new FakeDisplay(),
    sound,
    maxSize: { width: 3840, height: 2160 },
    resizable: true,
    followsKeyboard: true,
    rate: { bitrate: 8000, fps: 60 },
    log: pino({ level: 'silent' }),
  });
}

function join(session: Session, role: Role = 'viewer') {
  const connection = new FakeConnection();
  const hello = { type: 'hello' as const, version: PROTOCOL_VERSION, codecs: ['avc1.42E02A'] };
  const viewer = session.join(connection, hello, guestWith(role))!;
  const say = (message: ViewerMessage) => viewer.receive(JSON.stringify(message));
  return { connection, viewer, say };
}

const packet = Uint8Array.of(4, 0, 0);

it('goes to whoever listens, in any role, and to nobody else', async () => {
  const sound = new FakeSound();
  await using session = open(sound);
  const [listener, other, muted] = [join(session), join(session), join(session, 'controller')];
  expect(listener.connection.of('sound')).toEqual([{ type: 'sound', channels: 2 }]);
  listener.say({ type: 'listen', on: true });
  muted.say({ type: 'listen', on: true });
  muted.say({ type: 'listen', on: false });
  sound.play(packet);
  expect(listener.connection.sounds).toEqual([packet]);
  expect(other.connection.sounds).toEqual([]);
  expect(muted.connection.sounds).toEqual([]);
});

it('is heard once by a viewer who asks twice', async () => {
  const sound = new FakeSound();
  await using session = open(sound);
  const listener = join(session);
  listener.say({ type: 'listen', on: true });
  listener.say({ type: 'listen', on: true });
  sound.play(packet);
  expect(listener.connection.sounds).toHaveLength(1);
});

it('is not recorded for those who left', async () => {
  const sound = new FakeSound();
  await using session = open(sound);
  const listener = join(session);
  listener.say({ type: 'listen', on: true });
  listener.viewer[Symbol.dispose]();
  expect(sound.listeners.size).toBe(0);
});

it('is not offered where there is none, and asking for it does nothing', async () => {
  await using session = open();
  const listener = join(session);
  expect(listener.connection.of('sound')).toEqual([]);
  listener.say({ type: 'listen', on: true });
  expect(listener.connection.refusal).toBeUndefined();
});
