import { encodeAcknowledgement, PROTOCOL_VERSION } from '@deskside/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { streamerTime } from './clock.ts';
import { Session } from './session.ts';
import { FakeConnection } from './testing/fake-connection.ts';
import { FakeDisplay } from './testing/fake-display.ts';
import { FakeMedia } from './testing/fake-media.ts';
import { OWNER } from './testing/guests.ts';

/** The viewer's clock is so far from the streamer's, ms. */
const AHEAD = 5000;

let media: FakeMedia;
let session: Session;

beforeEach(() => {
  vi.useFakeTimers();
  media = new FakeMedia();
  session = new Session({
    name: 'test',
    media,
    display: new FakeDisplay(),
    maxSize: { width: 3840, height: 2160 },
    resizable: true,
    followsKeyboard: true,
    rate: { bitrate: 8000, fps: 60 },
    log: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  await session[Symbol.asyncDispose]();
  vi.useRealTimers();
});

it('follows a picture through every stage, with one clock for all', async () => {
  const connection = new FakeConnection();
  const hello = { type: 'hello' as const, version: PROTOCOL_VERSION, codecs: ['avc1.42E02A'] };
  const viewer = session.join(connection, hello, OWNER)!;
  await vi.advanceTimersByTimeAsync(1);
  const recording = session.trace(1000);
  const drawn = streamerTime();
  const stages = [
    { name: 'read' as const, start: drawn, end: drawn + 2 },
    { name: 'encode' as const, start: drawn + 2, end: drawn + 7 },
  ];
  await vi.advanceTimersByTimeAsync(8);
  for (const tell of media.tracers) tell({ stream: 1, id: 0, stages });
  media.streams[0]!.change();
  // 10 ms there, 3 ms to decode, 10 ms back; then it is shown.
  await vi.advanceTimersByTimeAsync(23);
  const received = drawn + 18 + AHEAD;
  const shown = { presentedId: 0, presented: received + 9 };
  viewer.receive(encodeAcknowledgement({ stream: 1, id: 0, received, decoded: received + 3, ...shown }));
  await vi.advanceTimersByTimeAsync(1000);
  const spans = (await recording).filter((event) => event.ph === 'X');
  const taken = spans.map(({ name, dur, args }) => [name, Math.round(dur / 1000), args.id]);
  expect(taken).toEqual([
    ['read', 2, 0],
    ['encode', 5, 0],
    ['to the gateway', 1, 0],
    ['network', 10, 0],
    ['decode', 3, 0],
    ['present', 6, 0],
    ['acknowledge', 10, 0],
  ]);
  const network = spans.find(({ name }) => name === 'network')!;
  expect(Math.round(network.ts / 1000 - drawn)).toBe(8);
  expect(media.tracers.size).toBe(0);
});

it('is done by one at a time, and says nothing of a desktop that rests', async () => {
  const recording = session.trace(100);
  await expect(session.trace(100)).rejects.toThrow(/already/);
  await vi.advanceTimersByTimeAsync(100);
  expect((await recording).filter(({ ph }) => ph === 'X')).toEqual([]);
});
