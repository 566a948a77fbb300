import { encodeNumbered, type Of, PROTOCOL_VERSION, type ViewerMessage } from '@deskside/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Session } from './session.ts';
import { FakeConnection } from './testing/fake-connection.ts';
import { FakeDisplay } from './testing/fake-display.ts';
import { FakeMedia } from './testing/fake-media.ts';
import { guestWith } from './testing/guests.ts';

const SIZE = { width: 640, height: 480 };

let display: FakeDisplay;
let session: Session;

beforeEach(() => {
  display = new FakeDisplay();
  session = new Session({
    name: 'test',
    media: new FakeMedia(),
    display,
    maxSize: SIZE,
    resizable: false,
    followsKeyboard: false,
    rate: { bitrate: 8000, fps: 60 },
    log: pino({ level: 'silent' }),
  });
});

afterEach(() => session[Symbol.asyncDispose]());

function join(hello: Partial<Of<ViewerMessage, 'hello'>> = {}) {
  const connection = new FakeConnection();
  const first: Of<ViewerMessage, 'hello'> = {
    type: 'hello',
    version: PROTOCOL_VERSION,
    codecs: ['vp8'],
    ...hello,
  };
  const viewer = session.join(connection, first, guestWith('controller'))!;
  return { connection, viewer, welcome: connection.of('welcome')[0]! };
}

function press(number: number, code: string): Uint8Array {
  return encodeNumbered({ number, message: JSON.stringify({ type: 'key', code, down: true }) });
}

/** A page with what it has sent, of which the third message is lost. */
function page() {
  const { viewer, connection, welcome } = join();
  for (const [number, code] of [
    [1, 'KeyA'],
    [2, 'KeyB'],
    [4, 'KeyD'],
  ] as const)
    viewer.receive(press(number, code));
  return { viewer, connection, again: { visit: welcome.visit, replaces: welcome.viewer } };
}

it('tells a page that connects again what had arrived in order', () => {
  const { viewer, again } = page();
  viewer[Symbol.dispose]();
  expect(join(again).welcome.arrived).toBe(2);
});

it('ends a connection whose place is taken, with all that is held over it', () => {
  const { viewer, connection, again } = page();
  expect(join(again).welcome.arrived).toBe(2);
  expect(connection.refusal?.reason).toBe('ended');
  expect(session.viewers).toBe(1);
  viewer.receive(press(3, 'KeyC'));
  expect(display.log).toEqual(['KeyA down', 'KeyB down', 'KeyA up', 'KeyB up']);
});

it('tells and ends nothing for whoever does not know the secret of the visit', () => {
  const { viewer, connection, again } = page();
  const told = () =>
    [undefined, '', 'x'.repeat(22)].map((visit) => join({ ...again, visit }).welcome.arrived);
  expect(told()).toEqual([undefined, undefined, undefined]);
  expect(connection.refusal).toBeUndefined();
  viewer[Symbol.dispose]();
  expect(told()).toEqual([undefined, undefined, undefined]);
  expect(join({ visit: again.visit }).welcome.arrived).toBeUndefined();
});

it('remembers those that left last', () => {
  const [{ viewer, again }, left] = [page(), page()];
  viewer[Symbol.dispose]();
  for (let others = 0; others < 64; others++) join().viewer[Symbol.dispose]();
  left.viewer[Symbol.dispose]();
  expect(join(again).welcome.arrived).toBeUndefined();
  expect(join(left.again).welcome.arrived).toBe(2);
});
