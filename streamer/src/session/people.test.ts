import { encodePointer, PROTOCOL_VERSION, type ViewerMessage } from '@deskside/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Guest } from './guest.ts';
import { Session } from './session.ts';
import { FakeConnection } from './testing/fake-connection.ts';
import { FakeDisplay } from './testing/fake-display.ts';
import { FakeInvitations } from './testing/fake-invitations.ts';
import { FakeMedia } from './testing/fake-media.ts';
import { guestWith, OWNER } from './testing/guests.ts';
import type { Viewer } from './viewer.ts';

const MINUTE = 60_000;

let media: FakeMedia;
let display: FakeDisplay;
let invitations: FakeInvitations;
let session: Session;

beforeEach(() => {
  vi.useFakeTimers();
  media = new FakeMedia();
  display = new FakeDisplay();
  invitations = new FakeInvitations();
  session = new Session({
    name: 'test',
    media,
    display,
    invitations,
    idleLimit: 10 * MINUTE,
    maxSize: { width: 3840, height: 2160 },
    resizable: true,
    followsKeyboard: true,
    rate: { bitrate: 8000, fps: 60 },
    clipboard: { in: true, out: true },
    files: { in: true, out: true, folder: '~/Downloads' },
    log: pino({ level: 'silent' }),
  });
});

afterEach(async () => {
  await session[Symbol.asyncDispose]();
  vi.useRealTimers();
});

class Visitor {
  readonly connection = new FakeConnection();
  readonly viewer: Viewer;

  constructor(guest: Guest, visit?: string) {
    const hello = { type: 'hello' as const, version: PROTOCOL_VERSION, codecs: ['avc1.42E02A'], visit };
    this.viewer = session.join(this.connection, hello, guest)!;
  }

  async say(message: ViewerMessage): Promise<void> {
    this.viewer.receive(JSON.stringify(message));
    await vi.advanceTimersByTimeAsync(300);
  }

  press(code: string): Promise<void> {
    return this.say({ type: 'key', code, down: true });
  }

  /** The same person after their connection was lost. */
  comeBack(guest = this.viewer.guest): Visitor {
    this.viewer[Symbol.dispose]();
    return new Visitor(guest, this.connection.of('welcome')[0]!.visit);
  }

  /** What this person knows of the others now. */
  async sees() {
    await vi.advanceTimersByTimeAsync(300);
    return this.connection.of('people').at(-1);
  }
}

describe('an owner', () => {
  it('sees who is there, what they may do and who acts, and others do not', async () => {
    const owner = new Visitor(OWNER);
    const watcher = new Visitor({ ...guestWith('viewer'), label: 'Ada' });
    const other = new Visitor(guestWith('controller', 'link2'));
    await other.press('KeyA');
    expect((await owner.sees())?.people).toMatchObject([
      { viewer: owner.viewer.id, owner: true, role: 'controller', acting: false },
      { viewer: watcher.viewer.id, owner: false, role: 'viewer', label: 'Ada' },
      { viewer: other.viewer.id, owner: false, role: 'controller', acting: true },
    ]);
    other.viewer[Symbol.dispose]();
    expect((await owner.sees())?.people).toHaveLength(2);
    expect(watcher.connection.of('people')).toEqual([]);
  });

  it('hands over the keyboard and takes it back, with all that goes with it', async () => {
    const owner = new Visitor(OWNER);
    const guest = new Visitor(guestWith('viewer'));
    await guest.press('KeyA');
    expect(display.log).toEqual([]);

    await owner.say({ type: 'set-role', viewer: guest.viewer.id, role: 'controller' });
    expect(guest.connection.of('role')).toEqual([{ type: 'role', role: 'controller' }]);
    expect(guest.connection.of('clipboard-policy').at(-1)).toMatchObject({ in: true, out: true });
    await guest.press('KeyA');
    expect(display.log).toEqual(['KeyA down']);

    await owner.say({ type: 'set-role', viewer: guest.viewer.id, role: 'viewer' });
    expect(display.log).toEqual(['KeyA down', 'KeyA up']);
    expect(guest.connection.of('clipboard-policy').at(-1)).toMatchObject({ in: false, out: false });
    await guest.press('KeyB');
    expect(display.log).toHaveLength(2);
  });

  it('hands it to a person, who has it also after their connection was lost, and nobody else', async () => {
    const owner = new Visitor(OWNER);
    const [guest, other] = [new Visitor(guestWith('viewer')), new Visitor(guestWith('viewer'))];
    await owner.say({ type: 'set-role', viewer: guest.viewer.id, role: 'controller' });
    expect(guest.connection.of('files').at(-1)).toMatchObject({ in: true, out: true });
    const back = guest.comeBack();
    expect(back.connection.of('welcome')[0]).toMatchObject({ role: 'controller' });
    expect(back.connection.of('files').at(-1)).toMatchObject({ in: true, out: true });
    expect(other.comeBack().viewer.role).toBe('viewer');
    // What somebody else was given is worth nothing with another link.
    expect(back.comeBack(guestWith('viewer', 'link2')).viewer.role).toBe('viewer');
  });

  it('takes it back from a person, who does not have it after their connection was lost', async () => {
    const owner = new Visitor(OWNER);
    const guest = new Visitor(guestWith('viewer', 'watcher'));
    await owner.say({ type: 'set-role', viewer: guest.viewer.id, role: 'controller' });
    await owner.say({ type: 'set-role', viewer: guest.viewer.id, role: 'viewer' });
    const back = guest.comeBack();
    expect(back.viewer.role).toBe('viewer');
    await owner.say({ type: 'set-role', viewer: back.viewer.id, role: 'controller' });
    await owner.say({ type: 'end-viewer', viewer: back.viewer.id });
    expect(back.comeBack().viewer.role).toBe('viewer');
  });

  it('takes the keyboard back from everybody who has a link, which keeps it from a reload', async () => {
    const owner = new Visitor(OWNER);
    const [one, two] = [new Visitor(guestWith('controller')), new Visitor(guestWith('controller'))];
    expect(one.connection.of('files').at(-1)).toMatchObject({ in: true, out: true });
    await owner.say({ type: 'set-role', viewer: one.viewer.id, role: 'viewer' });
    expect(one.connection.of('files').at(-1)).toMatchObject({ in: false, out: false });
    expect(invitations.log).toEqual(['link is viewer']);
    expect([one.viewer.role, two.viewer.role, owner.viewer.role]).toEqual(['viewer', 'viewer', 'controller']);
  });

  it('cannot be deprived by another owner', async () => {
    const [one, two] = [new Visitor(OWNER), new Visitor(OWNER)];
    await one.say({ type: 'set-role', viewer: two.viewer.id, role: 'viewer' });
    expect(two.viewer.role).toBe('controller');
  });

  it('ends anyone, with the link that let them in', async () => {
    const owner = new Visitor(OWNER);
    const guest = new Visitor(guestWith('viewer'));
    const watcher = new Visitor(guestWith('viewer', 'watcher'));
    await owner.say({ type: 'end-viewer', viewer: guest.viewer.id });
    await owner.say({ type: 'end-viewer', viewer: watcher.viewer.id });
    expect(invitations.log).toEqual(['revoke link']);
    expect([guest, watcher].map(({ connection }) => connection.refusal?.reason)).toEqual([
      'removed',
      'removed',
    ]);
    expect(session.viewers).toBe(1);
  });

  it('makes and revokes links', async () => {
    const owner = new Visitor(OWNER);
    await owner.say({ type: 'invite', role: 'viewer', lifetime: MINUTE, label: 'Ada' });
    expect(owner.connection.of('invited')).toEqual([
      { type: 'invited', link: 'link1', token: 'token of link1' },
    ]);
    expect((await owner.sees())?.links).toMatchObject([{ id: 'link1', label: 'Ada' }]);
    await owner.say({ type: 'revoke-link', link: 'link1' });
    expect(invitations.log.at(-1)).toBe('revoke link1');
  });

  it('asks for nothing of people who have left', async () => {
    const owner = new Visitor(OWNER);
    for (const viewer of ['9', '', '__proto__'])
      for (const message of [
        { type: 'end-viewer' as const, viewer },
        { type: 'set-role' as const, viewer, role: 'viewer' as const },
      ])
        await owner.say(message);
    expect(session.viewers).toBe(1);
  });
});

it('two who control take turns, each with their own hands', async () => {
  const [one, two] = [new Visitor(OWNER), new Visitor(guestWith('controller'))];
  await one.press('KeyA');
  await two.press('KeyB');
  two.viewer[Symbol.dispose]();
  expect(display.log).toEqual(['KeyA down', 'KeyB down', 'KeyB up']);
});

describe('what video may take', () => {
  it('is set by who controls, within the operator’s limits, and everybody is told', async () => {
    const [owner, watcher] = [new Visitor(OWNER), new Visitor(guestWith('viewer'))];
    const most = { bitrate: 8000, fps: 60 };
    expect(watcher.connection.of('rate')).toEqual([{ type: 'rate', ...most, most }]);
    await owner.say({ type: 'set-rate', bitrate: 1500, fps: 24 });
    expect(media.streams[0]!.options.rate).toEqual({ bitrate: 1500, fps: 24 });
    expect(watcher.connection.of('rate').at(-1)).toEqual({ type: 'rate', bitrate: 1500, fps: 24, most });
    await owner.say({ type: 'set-rate', bitrate: 200_000, fps: 240 });
    // Nobody knows yet what the way carries.
    expect(media.streams[0]!.options.rate).toEqual({ bitrate: 2000, fps: 60 });
    expect(watcher.connection.of('rate').at(-1)).toEqual({ type: 'rate', ...most, most });
  });

  it('begins as the operator chose', async () => {
    await using saving = new Session({
      name: 'test',
      media,
      display,
      maxSize: { width: 3840, height: 2160 },
      resizable: true,
      followsKeyboard: true,
      rate: { bitrate: 8000, fps: 60 },
      quality: 'saving',
      log: pino({ level: 'silent' }),
    });
    const connection = new FakeConnection();
    saving.join(connection, { type: 'hello', version: PROTOCOL_VERSION, codecs: ['avc1.42E02A'] }, OWNER);
    await vi.advanceTimersByTimeAsync(1);
    expect(connection.of('rate')[0]).toMatchObject({ bitrate: 1500, fps: 24, most: { bitrate: 8000 } });
    expect(media.streams[0]!.options.rate).toEqual({ bitrate: 1500, fps: 24 });
  });

  it('counts for streams that begin later', async () => {
    const owner = new Visitor(OWNER);
    await owner.say({ type: 'set-rate', bitrate: 1500, fps: 24 });
    owner.viewer[Symbol.dispose]();
    const next = new Visitor(OWNER);
    await vi.advanceTimersByTimeAsync(1);
    expect(next.connection.of('rate')[0]).toMatchObject({ bitrate: 1500 });
    expect(media.streams[1]!.options.rate).toEqual({ bitrate: 1500, fps: 24 });
  });
});

describe('a tab that nobody uses', () => {
  it('is warned a minute before the end, then ends', async () => {
    const visitor = new Visitor(guestWith('viewer'));
    await vi.advanceTimersByTimeAsync(9 * MINUTE - 10);
    expect(visitor.connection.of('idle')).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(visitor.connection.of('idle')).toHaveLength(1);
    expect(visitor.connection.of('idle')[0]!.endsIn).toBeGreaterThan(59_000);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(visitor.connection.refusal?.reason).toBe('idle');
    expect(session.viewers).toBe(0);
    // Nothing makes pictures any more.
    expect(media.streams.every(({ closed }) => closed)).toBe(true);
  });

  it('is not ended where somebody moves, types or clicks, even if they may not', async () => {
    const [watcher, owner, clicker] = [
      new Visitor(guestWith('viewer')),
      new Visitor(OWNER),
      new Visitor(OWNER),
    ];
    for (let minute = 0; minute < 15; minute++) {
      await vi.advanceTimersByTimeAsync(MINUTE);
      watcher.viewer.receive(encodePointer({ sequence: minute, x: 1, y: 1, buttons: 0 }));
      await owner.press('KeyA');
      await clicker.say({ type: 'active' });
    }
    expect(session.viewers).toBe(3);
  });

  it('goes on when somebody comes back during the countdown', async () => {
    const visitor = new Visitor(OWNER);
    await vi.advanceTimersByTimeAsync(9 * MINUTE + 10);
    await visitor.say({ type: 'active' });
    expect(visitor.connection.of('idle').at(-1)).toEqual({ type: 'idle' });
    await vi.advanceTimersByTimeAsync(8 * MINUTE);
    expect(session.viewers).toBe(1);
  });

  it('is not kept by what pages send by themselves', async () => {
    const visitor = new Visitor(OWNER);
    for (let minute = 0; minute < 11; minute++) {
      await visitor.say({ type: 'ping', time: 1 });
      await visitor.say({ type: 'held', codes: [] });
      await visitor.say({ type: 'resize', width: 800, height: 600, scale: 1 });
      await vi.advanceTimersByTimeAsync(MINUTE);
    }
    expect(visitor.connection.refusal?.reason).toBe('idle');
  });
});
