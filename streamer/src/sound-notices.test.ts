import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Notices } from './notices.ts';
import type { Notice } from './session/session.ts';
import { soundNotices } from './sound-notices.ts';

const KILLED = { code: null, signal: 'SIGKILL' as const };

/** What a viewer has on the screen, and all that it was ever told. */
function watch() {
  const told: Notice[] = [];
  const shown = new Map<string, string>();
  const notices = new Notices();
  notices.connect({
    notice(notice) {
      told.push(notice);
      if (notice.over) shown.delete(notice.code);
      else shown.set(notice.code, notice.message);
    },
  });
  const { events, onState } = soundNotices(notices, pino({ level: 'silent' }));
  return { events, onState, told, shown: () => [...shown.values()] };
}

it('a server that dies is said once, whatever dies with it, until sound is back', () => {
  const { events, onState, told, shown } = watch();
  onState('ready');
  events.onExit!(KILLED);
  onState('failed', 'The source failed: refused.');
  onState('failed', 'The source failed: refused.');
  expect(shown()).toEqual([expect.stringContaining('sound server ended (signal SIGKILL)')]);
  events.onRestarted!();
  expect(shown()).toHaveLength(1);
  onState('ready');
  expect(shown()).toEqual([]);
  expect(told).toHaveLength(2);
});

it('the recording that fails first is the same trouble', () => {
  const { events, onState, shown } = watch();
  onState('failed', 'The source failed: refused.');
  expect(shown()).toEqual([expect.stringContaining('cannot be heard')]);
  events.onExit!(KILLED);
  expect(shown()).toEqual([expect.stringContaining('sound server ended')]);
  events.onRestarted!();
  onState('ready');
  expect(shown()).toEqual([]);
});

it('a server that comes back while nobody listens is back', () => {
  const { events, shown } = watch();
  events.onExit!(KILLED);
  events.onStartFailed!(new Error('PulseAudio did not answer.'));
  expect(shown()).toEqual(['PulseAudio did not answer.']);
  events.onRestarted!();
  expect(shown()).toEqual([]);
});
