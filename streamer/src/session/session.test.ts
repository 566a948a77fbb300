import {
  encodeAcknowledgement,
  encodePointer,
  encodePointerMotion,
  encodeWheel,
  PROTOCOL_VERSION,
  type Role,
  type ViewerMessage,
} from '@deskside/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { version } from '../version.ts';
import { REST } from './keyboard-follower.ts';
import { MAX_VIEWERS, Session } from './session.ts';
import { FakeConnection } from './testing/fake-connection.ts';
import { FakeDisplay } from './testing/fake-display.ts';
import { FakeMedia } from './testing/fake-media.ts';
import { guestWith } from './testing/guests.ts';
import type { Viewer } from './viewer.ts';

const CODECS = ['avc1.42E02A'];

let media: FakeMedia;
let display: FakeDisplay;
let session: Session;

beforeEach(() => {
  vi.useFakeTimers();
  media = new FakeMedia();
  display = new FakeDisplay();
  session = new Session({
    name: 'test',
    media,
    display,
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

class Person {
  readonly connection = new FakeConnection();
  readonly viewer: Viewer;

  constructor(role: Role = 'controller', codecs = CODECS) {
    this.viewer = session.join(
      this.connection,
      { type: 'hello', version: PROTOCOL_VERSION, codecs },
      guestWith(role),
    )!;
  }

  say(message: ViewerMessage): void {
    this.viewer.receive(JSON.stringify(message));
  }

  /** Acknowledges all updates that it has got. */
  acknowledge(last = this.connection.updates.at(-1), received = performance.now()): void {
    if (!last) return;
    const times = { received, decoded: received, presented: received };
    this.viewer.receive(encodeAcknowledgement({ ...last, ...times, presentedId: last.id }));
  }

  leave(): void {
    this.viewer[Symbol.dispose]();
  }
}

/** Lets promises of the fake media process come true. */
const settle = () => vi.advanceTimersByTimeAsync(0);

async function frame(people: Person[] = [], pixels?: Uint8Array): Promise<void> {
  await vi.advanceTimersByTimeAsync(16);
  for (const stream of media.streams) if (!stream.closed) stream.change(pixels);
  for (const person of people) person.acknowledge();
}

describe('joining', () => {
  it('tells a viewer all that it needs, then sends a key frame', async () => {
    display.cursor = { width: 1, height: 1, hotX: 0, hotY: 0, rgba: new Uint8Array(4) };
    session.notice({ level: 'warning', code: 'media', message: 'The media process died.' });
    const person = new Person();
    await settle();
    media.streams[0]!.change();
    expect(person.connection.messages.map(({ type }) => type)).toEqual([
      'welcome',
      'rate',
      'notice',
      'stream',
    ]);
    expect(person.connection.of('welcome')[0]).toMatchObject({
      name: 'test',
      role: 'controller',
      screen: display.size,
    });
    expect(person.connection.binary).toHaveLength(1);
    expect(person.connection.updates).toEqual([{ stream: 1, id: 0, key: true }]);
  });

  it('names both versions to a viewer of another one', () => {
    const connection = new FakeConnection();
    expect(
      session.join(
        connection,
        { type: 'hello', version: 99, product: '9.9.9', codecs: CODECS },
        guestWith('viewer'),
      ),
    ).toBeUndefined();
    expect(connection.refusal).toMatchObject({
      reason: 'version',
      version: PROTOCOL_VERSION,
      product: version,
    });
    expect(connection.refusal!.message).toContain(`Deskside ${version} (protocol ${PROTOCOL_VERSION})`);
    expect(connection.refusal!.message).toContain('Deskside 9.9.9 (protocol 99)');
  });

  it('says why when the media process has no encoder for the viewer', async () => {
    media.failure = new Error('No encoder makes av01.0.08M.08.');
    const person = new Person('viewer', ['av01.0.08M.08']);
    await settle();
    expect(person.connection.refusal).toMatchObject({ reason: 'codec', message: media.failure.message });
  });

  it('takes a bounded number of viewers', () => {
    for (let i = 0; i < MAX_VIEWERS; i++) new Person('viewer');
    const connection = new FakeConnection();
    session.join(
      connection,
      { type: 'hello', version: PROTOCOL_VERSION, codecs: CODECS },
      guestWith('viewer'),
    );
    expect(connection.refusal).toMatchObject({ reason: 'full' });
    expect(session.viewers).toBe(MAX_VIEWERS);
  });

  it('says to everybody that the desktop ends', async () => {
    const person = new Person();
    await session[Symbol.asyncDispose]();
    expect(person.connection.refusal).toMatchObject({ reason: 'ended' });
    expect(session.viewers).toBe(0);
  });
});

describe('streams', () => {
  it('gives viewers with equal wishes the same updates of one stream', async () => {
    const people = [new Person(), new Person('viewer')];
    await settle();
    for (let i = 0; i < 10; i++) await frame(people);
    expect(media.streams).toHaveLength(1);
    expect(people[0]!.connection.updates).toHaveLength(10);
    expect(people[1]!.connection.updates).toEqual(people[0]!.connection.updates);
  });

  it('lets whoever joins later begin with a key frame', async () => {
    const first = new Person();
    await settle();
    for (let i = 0; i < 5; i++) await frame([first]);
    const second = new Person();
    for (let i = 0; i < 5; i++) await frame([first, second]);
    expect(second.connection.updates[0]).toMatchObject({ key: true });
  });

  it('asks for one key frame in 300 ms at most, and for none that came meanwhile', async () => {
    const person = new Person();
    await settle();
    await frame([person]);
    const stream = media.streams[0]!;
    for (let i = 0; i < 20; i++) person.say({ type: 'key-frame' });
    expect(stream.keyFrameRequests).toBe(1);
    await vi.advanceTimersByTimeAsync(299);
    expect(stream.keyFrameRequests).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(stream.keyFrameRequests).toBe(2);
    person.say({ type: 'key-frame' });
    await frame([person]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(stream.keyFrameRequests).toBe(2);
  });

  it('asks for no picture that the viewer cannot take', async () => {
    const person = new Person();
    await settle();
    for (let i = 0; i < 60; i++) await frame();
    expect(person.connection.updates).toHaveLength(2);
    expect(media.streams[0]!.grants).toBe(0);
    person.acknowledge();
    expect(media.streams[0]!.grants).toBeGreaterThan(0);
  });

  it('are granted ahead while little is under way, so that few need an answer', async () => {
    const person = new Person();
    await settle();
    for (let i = 0; i < 60; i++) await frame([person]);
    expect(person.connection.updates).toHaveLength(60);
    expect(media.streams[0]!.timesGranted).toBeLessThan(15);
  });

  it('are not to be made any more once the way is full, though they were granted', async () => {
    const person = new Person();
    await settle();
    for (let i = 0; i < 60 && media.streams[0]!.grants < 10; i++) await frame([person]);
    const before = person.connection.updates.length;
    for (let i = 0; i < 60; i++) await frame();
    expect(person.connection.updates.length - before).toBeLessThan(5);
    expect(media.streams[0]!.grants).toBe(0);
  });

  it('of what rests are made one by one, as far as the way takes them', async () => {
    const person = new Person();
    await settle();
    // Until the way is known to carry the most.
    for (let i = 0; i < 60; i++) await frame([person], new Uint8Array(20_000));
    for (let i = 0; i < 60 && media.streams[0]!.grants < 10; i++) await frame([person]);
    const [stream] = media.streams;
    // It was granted ten; each of these has to be granted anew, until as much is under way as may wait.
    let refinements = 0;
    while (stream!.refine(new Uint8Array(30_000)) !== undefined) refinements++;
    expect(refinements).toBe(3);
    person.acknowledge();
    expect(stream!.refine(new Uint8Array(30_000))).toBeDefined();
  });

  it('cost no more than the way to the viewer carries', async () => {
    const bytes = 20_000;
    const carried = 3000; // kbit/s
    const person = new Person();
    await settle();
    await frame([person]);
    for (let i = 0; i < 10; i++) {
      const two = [
        media.streams[0]!.change(new Uint8Array(bytes)),
        media.streams[0]!.change(new Uint8Array(bytes)),
      ];
      for (const id of two) {
        await vi.advanceTimersByTimeAsync((bytes * 8) / carried);
        person.acknowledge({ stream: 1, id: id!, key: false });
      }
    }
    expect(media.streams[0]!.options.rate.bitrate).toBeGreaterThan(carried * 0.7);
    expect(media.streams[0]!.options.rate.bitrate).toBeLessThan(carried);
  });

  it('closes a stream that nobody watches', async () => {
    const person = new Person();
    await settle();
    person.leave();
    await settle();
    expect(media.streams[0]!.closed).toBe(true);
    expect(session.viewers).toBe(0);
  });

  it('goes on with the new format after the encoder has changed', async () => {
    const person = new Person();
    await settle();
    await frame([person]);
    media.streams[0]!.announce();
    await frame([person]);
    expect(person.connection.of('stream')).toHaveLength(2);
    expect(person.connection.updates.at(-1)).toMatchObject({ key: true });
  });
});

describe('a slow viewer', () => {
  it('gets a stream of its own and slows nobody', async () => {
    const fast = new Person();
    const slow = new Person();
    await settle();
    await frame([fast, slow]);
    for (let i = 0; i < 120; i++) await frame([fast]);
    expect(fast.connection.updates).toHaveLength(121);
    expect(new Set(fast.connection.updates.map(({ stream }) => stream))).toEqual(new Set([1]));
    expect(slow.connection.of('stream').map(({ stream }) => stream)).toEqual([1, 2]);
    expect(slow.connection.updates.length).toBeLessThan(30);
    expect(session.streams.skipped).toBeGreaterThan(0);
  });

  it('comes back to the common stream when it has kept up for a while', async () => {
    const fast = new Person();
    const slow = new Person();
    await settle();
    await frame([fast, slow]);
    for (let i = 0; i < 60; i++) await frame([fast]);
    for (let i = 0; i < 700; i++) await frame([fast, slow]);
    expect(slow.connection.of('stream').at(-1)).toMatchObject({ stream: 1 });
    expect(media.streams.map(({ closed }) => closed)).toEqual([false, true]);
    expect(slow.connection.updates.at(-1)).toEqual(fast.connection.updates.at(-1));
  });

  it('never has more than four streams made, and gets nothing while there is none for it', async () => {
    const fast = new Person();
    const slow = Array.from({ length: 6 }, () => new Person());
    await settle();
    await frame([fast, ...slow]);
    for (let i = 0; i < 60; i++) await frame([fast]);
    expect(media.streams).toHaveLength(4);
    expect(fast.connection.updates).toHaveLength(61);
    const waiting = slow.at(-1)!;
    const before = waiting.connection.updates.length;
    waiting.acknowledge();
    for (let i = 0; i < 40; i++) await frame([fast, waiting]);
    expect(waiting.connection.updates.length).toBeGreaterThan(before);
    expect(waiting.connection.updates[before]).toMatchObject({ key: true });
  });

  it('makes room for somebody whose browser decodes something else', async () => {
    const fast = new Person();
    const slow = Array.from({ length: 3 }, () => new Person());
    await settle();
    await frame([fast, ...slow]);
    for (let i = 0; i < 60; i++) await frame([fast]);
    expect(media.streams).toHaveLength(4);
    const other = new Person('viewer', ['vp8']);
    await frame([fast, other]);
    expect(other.connection.refusal).toBeUndefined();
    expect(other.connection.updates).toHaveLength(1);
    expect(media.streams.filter(({ closed }) => !closed)).toHaveLength(4);
    for (const person of slow) expect(person.connection.refusal).toBeUndefined();
  });
});

describe('hands', () => {
  const input: [string, (person: Person) => void][] = [
    ['key', (p) => p.say({ type: 'key', code: 'KeyA', down: true })],
    ['key that types', (p) => p.say({ type: 'key', code: 'KeyY', down: true, key: 'z' })],
    ['locks', (p) => p.say({ type: 'locks', capsLock: true, numLock: false })],
    ['layout', (p) => p.say({ type: 'layout', name: 'us/dvorak' })],
    ['text', (p) => p.say({ type: 'text', text: 'ß' })],
    ['held', (p) => p.say({ type: 'held', codes: [] })],
    ['release', (p) => p.say({ type: 'release' })],
    ['resize', (p) => p.say({ type: 'resize', width: 800, height: 600, scale: 1 })],
    ['pointer', (p) => p.viewer.receive(encodePointer({ sequence: 1, x: 3, y: 4, buttons: 1 }))],
    ['motion', (p) => p.viewer.receive(encodePointerMotion({ dx: 1, dy: 2, buttons: 1 }))],
    ['wheel', (p) => p.viewer.receive(encodeWheel({ dx: 0, dy: 120 }))],
  ];

  it.each(input)('of someone who only watches move nothing: %s', (_, act) => {
    const controller = new Person();
    controller.say({ type: 'key', code: 'ShiftLeft', down: true });
    const before = [...display.log];
    act(new Person('viewer'));
    expect(display.log).toEqual(before);
  });

  it('of a controller move the desktop', async () => {
    const person = new Person();
    for (const [, act] of input) act(person);
    await settle();
    expect(display.log).toEqual([
      'KeyA down',
      'KeyY down for z',
      'locks caps',
      'layout us/dvorak',
      'text ß',
      'KeyA up',
      'KeyY up',
      'resize 800x600',
      'pointer 3,4',
      'buttons 1',
      'motion 1,2',
      'wheel 0,120',
    ]);
  });

  it('choose the layout by what they type, but for what keys give under AltGr', async () => {
    const person = new Person();
    const press = (code: string, key: string): void => {
      person.say({ type: 'key', code, down: true, key });
      person.say({ type: 'key', code, down: false });
    };
    press('Digit2', 'ě');
    person.say({ type: 'key', code: 'AltRight', down: true, key: 'AltGraph' });
    press('Digit3', '#');
    person.say({ type: 'key', code: 'AltRight', down: false });
    press('Digit4', 'č');
    await vi.advanceTimersByTimeAsync(REST);
    expect(display.log.filter((entry) => entry.startsWith('follow'))).toEqual(['follow Digit2=ě Digit4=č']);
  });

  it('are lifted when the viewer leaves', () => {
    const person = new Person();
    person.say({ type: 'key', code: 'KeyA', down: true });
    person.viewer.receive(encodePointer({ sequence: 1, x: 0, y: 0, buttons: 1 }));
    person.leave();
    expect(display.log.slice(-2)).toEqual(['KeyA up', 'buttons 0']);
  });

  it('are lifted when the viewer falls silent, and not while it says that it holds', async () => {
    const person = new Person();
    person.say({ type: 'key', code: 'KeyA', down: true });
    for (let i = 0; i < 10; i++) {
      await vi.advanceTimersByTimeAsync(500);
      person.say({ type: 'held', codes: ['KeyA'] });
    }
    expect(display.log).toEqual(['KeyA down']);
    await vi.advanceTimersByTimeAsync(1500);
    expect(display.log).toEqual(['KeyA down', 'KeyA up']);
  });

  it('keep what another viewer holds as well', () => {
    const [one, other] = [new Person(), new Person()];
    one.say({ type: 'key', code: 'ShiftLeft', down: true });
    other.say({ type: 'key', code: 'ShiftLeft', down: true });
    one.leave();
    expect(display.log).toEqual(['ShiftLeft down']);
    other.say({ type: 'release' });
    expect(display.log).toEqual(['ShiftLeft down', 'ShiftLeft up']);
  });

  it('do not go back to where an overtaken message was', () => {
    const person = new Person();
    for (const sequence of [0xffffffff, 1, 0]) {
      person.viewer.receive(encodePointer({ sequence, x: sequence & 0xff, y: 0, buttons: 0 }));
    }
    expect(display.log).toEqual(['pointer 255,0', 'pointer 1,0']);
  });

  it('stay on the screen', () => {
    new Person().viewer.receive(encodePointer({ sequence: 1, x: 60_000, y: 60_000, buttons: 0 }));
    expect(display.log).toEqual(['pointer 639,479']);
  });
});

describe('the size', () => {
  it('is the newest wish, within the limit', async () => {
    const person = new Person();
    for (const width of [800, 900, 7680]) person.say({ type: 'resize', width, height: 600, scale: 1 });
    await settle();
    expect(display.log).toEqual(['resize 800x600', 'resize 3840x300', 'scale 0.5']);
    expect(person.connection.of('screen').at(-1)).toMatchObject({ width: 3840, height: 300 });
  });

  it('that cannot be had is said', async () => {
    display.failure = new Error('The X server allows 1920x1080 at most.');
    const person = new Person();
    person.say({ type: 'resize', width: 2000, height: 600, scale: 1 });
    await settle();
    expect(person.connection.of('notice')[0]).toMatchObject({ message: display.failure.message });
  });
});

it('forgets a notice that is over', () => {
  const notice = { level: 'error', code: 'x', message: 'The X server died.' } as const;
  const person = new Person();
  session.notice(notice);
  session.notice({ ...notice, over: true });
  expect(person.connection.of('notice')).toHaveLength(2);
  expect(new Person().connection.of('notice')).toHaveLength(0);
});
