import { CLOSE_CODE, PROTOCOL_VERSION, type StreamerMessage, type ViewerMessage } from '@deskside/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { Connection } from './connection.ts';
import type { Transport, TransportEvents } from './transports/transport.ts';
import { Visit } from './visit.ts';

/** The streamer's end of one attempt. */
class Attempt implements Transport {
  readonly events: TransportEvents;
  readonly sent: ViewerMessage[] = [];
  closed = false;

  constructor(events: TransportEvents) {
    this.events = events;
  }

  send(message: string | Uint8Array): void {
    if (typeof message === 'string') this.sent.push(JSON.parse(message));
  }

  say(message: StreamerMessage | { type: string }): void {
    this.events.onMessage(JSON.stringify(message));
  }

  welcome(version = PROTOCOL_VERSION, product = '0.1.0'): void {
    this.events.onOpen();
    const screen = { width: 1920, height: 1080 };
    this.say({
      type: 'welcome',
      version,
      product,
      name: 'desk',
      viewer: '1',
      visit: 'the visit',
      role: 'controller',
      screen,
      heldEvery: 500,
    });
  }

  [Symbol.dispose](): void {
    this.closed = true;
  }
}

let attempts: Attempt[];
let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  attempts = [];
  connection = new Connection({
    open(events) {
      const attempt = new Attempt(events);
      attempts.push(attempt);
      return attempt;
    },
    token: 'secret',
    codecs: ['avc1.42E034'],
    visit: new Visit(new URL('http://desk/')),
  });
  connection.connect();
});

afterEach(() => {
  connection[Symbol.dispose]();
  expect(vi.getTimerCount(), 'timers left behind').toBe(0);
  vi.useRealTimers();
});

it('asks for nothing where the browser decodes nothing, and says what helps', () => {
  const open = vi.fn<() => Transport>();
  using blind = new Connection({ open, codecs: [], visit: new Visit(new URL('http://desk/')) });
  blind.connect();
  expect(open).not.toHaveBeenCalled();
  expect(blind.state).toMatchObject({
    name: 'refused',
    reason: 'codec',
    remedy: expect.stringMatching(/HTTPS.*localhost/),
  });
});

it('introduces itself and is live once it is welcome', () => {
  expect(connection.state.name).toBe('connecting');
  attempts[0]!.welcome();
  expect(attempts[0]!.sent[0]).toEqual({
    type: 'hello',
    version: PROTOCOL_VERSION,
    product: manifest.version,
    token: 'secret',
    codecs: ['avc1.42E034'],
  });
  expect(connection.state).toMatchObject({ name: 'live', desktop: 'desk', role: 'controller' });
});

it('says which visit goes on, so that what the owner gave comes back, and whose place it takes', () => {
  attempts[0]!.welcome();
  attempts[0]!.events.onClose(1006, '');
  vi.advanceTimersByTime(8000);
  attempts[1]!.welcome();
  expect(attempts[1]!.sent[0]).toMatchObject({ type: 'hello', visit: 'the visit', replaces: '1' });
  connection.connect();
  attempts[2]!.welcome();
  expect(attempts[2]!.sent[0]).not.toHaveProperty('replaces');
});

describe('a way that breaks', () => {
  it('is replaced by another, with no end of patience', () => {
    attempts[0]!.welcome();
    attempts[0]!.events.onClose(1006, '');
    expect(connection.state.name).toBe('reconnecting');
    for (let failures = 1; failures < 20; failures++) {
      vi.advanceTimersByTime(8000);
      attempts.at(-1)!.events.onClose(1006, '');
    }
    vi.advanceTimersByTime(8000);
    attempts.at(-1)!.welcome();
    expect(connection.state.name).toBe('live');
  });

  it('is noticed soon where there is a reason to doubt, and only then', () => {
    const [first] = attempts;
    first!.welcome();
    vi.advanceTimersByTime(100);
    first!.say({ type: 'pong', time: 0, streamerTime: 0 });
    connection.check();
    vi.advanceTimersByTime(1000);
    first!.say({ type: 'pong', time: 0, streamerTime: 0 });
    vi.advanceTimersByTime(2500);
    expect(connection.state.name).toBe('live');
    connection.check();
    vi.advanceTimersByTime(3500);
    expect(connection.state.name).toBe('reconnecting');
  });

  it('is noticed by silence, since a laptop that slept gets no word of it', () => {
    attempts[0]!.welcome();
    vi.advanceTimersByTime(5000);
    connection.send({ type: 'active' });
    vi.advanceTimersByTime(15_000);
    expect(connection.state.name).toBe('reconnecting');
    expect(attempts[0]!.closed).toBe(true);
  });

  it('is not taken for one that only carries pictures', () => {
    attempts[0]!.welcome();
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1000);
      attempts[0]!.events.onMessage(new ArrayBuffer(1));
    }
    expect(connection.state.name).toBe('live');
  });

  it('is given up when it never opens', () => {
    vi.advanceTimersByTime(15_000);
    expect(attempts[0]!.closed).toBe(true);
    expect(connection.state.name).toBe('reconnecting');
  });

  it('is replaced at once for a person who does not want to wait', () => {
    attempts[0]!.events.onClose(1006, '');
    connection.retryNow();
    connection.retryNow();
    expect(attempts).toHaveLength(2);
  });
});

describe('what ends a connection for good', () => {
  it.for(['token', 'codec', 'full', 'message', 'version'] as const)(
    'refused for %s, with the remedy',
    (reason) => {
      attempts[0]!.events.onOpen();
      attempts[0]!.say({ type: 'refused', reason, message: 'What happened.', remedy: 'What to do.' });
      expect(connection.state).toEqual({
        name: 'refused',
        reason,
        message: 'What happened.',
        remedy: 'What to do.',
      });
      expect(attempts[0]!.closed).toBe(true);
    },
  );

  it('a close code says the same where the message was lost', () => {
    attempts[0]!.events.onClose(CLOSE_CODE.full, 'No room.');
    expect(connection.state).toMatchObject({ name: 'refused', reason: 'full', message: 'No room.' });
  });

  it('the desktop was shut down', () => {
    attempts[0]!.welcome();
    attempts[0]!.say({ type: 'refused', reason: 'ended', message: 'The desktop ends.', remedy: '' });
    expect(connection.state).toEqual({ name: 'ended', message: 'The desktop ends.', reason: 'ended' });
  });

  it('the person disconnected', () => {
    attempts[0]!.welcome();
    connection.disconnect();
    expect(connection.state.name).toBe('ended');
  });

  it.for([
    [PROTOCOL_VERSION + 1, 'update the Deskside extension'],
    [PROTOCOL_VERSION - 1, 'Update Deskside in the workspace'],
  ] as const)('a streamer of protocol %i: both versions are named, and what to do', ([version, remedy]) => {
    const told = {
      name: 'refused',
      reason: 'version',
      message: `The desktop runs Deskside 9.9.9 (protocol ${version}); this viewer is Deskside ${manifest.version} (protocol ${PROTOCOL_VERSION}).`,
      remedy: expect.stringContaining(remedy),
    };
    attempts[0]!.welcome(version, '9.9.9');
    expect(connection.state).toEqual(told);
    connection.connect();
    const reason = 'version';
    attempts[1]!.say({ type: 'refused', reason, message: 'English.', remedy: '', version, product: '9.9.9' });
    expect(connection.state).toMatchObject(told);
  });

  it('what cannot be read is told with both versions', () => {
    attempts[0]!.welcome(PROTOCOL_VERSION, '9.9.9');
    attempts[0]!.say({ type: 'of another age' });
    expect(connection.state).toMatchObject({
      name: 'refused',
      remedy: expect.stringMatching(/Deskside 9\.9\.9 .* Deskside \d+\.\d+\.\d+ /),
    });
  });

  it('rubbish is answered with a reason, not with a crash', () => {
    attempts[0]!.welcome();
    attempts[0]!.say({ type: 'format-disk' });
    expect(connection.state).toMatchObject({ name: 'refused', reason: 'message' });
  });
});
