import { describe, expect, it } from 'vitest';
import { restartDelay } from './back-off.ts';
import { Gate } from './gate.ts';
import { identify, isAlive, signal } from './processes.ts';
import { Supervised } from './supervised.ts';
import { type ShellChild, startShell } from './testing/shell.ts';

describe('a supervised child', () => {
  it('is started again when it ends', async () => {
    const started: ShellChild[] = [];
    const exits: unknown[] = [];
    const restarted = Promise.withResolvers<void>();
    const start = async () => {
      const child = await startShell('exec sleep 1000');
      started.push(child);
      return child;
    };
    await using child = await Supervised.start(start, {
      onExit: (exit) => void exits.push(exit),
      onRestarted: restarted.resolve,
    });
    const first = child.pid;
    signal(first, 'SIGKILL');
    await restarted.promise;
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL' }]);
    expect(child.pid).not.toBe(first);
    expect(started).toHaveLength(2);
  });

  it('is tried again when it cannot be started any more', async () => {
    const restarted = Promise.withResolvers<void>();
    const errors: string[] = [];
    let starts = 0;
    const start = async () => {
      starts += 1;
      if (starts === 2) throw new Error('not now');
      return startShell('exec sleep 1000');
    };
    await using child = await Supervised.start(start, {
      onStartFailed: ({ message }) => void errors.push(message),
      onRestarted: restarted.resolve,
    });
    await child.restart();
    await restarted.promise;
    expect(errors).toEqual(['not now']);
  });

  it('that never started is an error', async () => {
    const start = () => Promise.reject(new Error('no such program'));
    await expect(Supervised.start(start)).rejects.toThrow('no such program');
  });

  it('ends for good', async () => {
    const child = await Supervised.start(() => startShell('exec sleep 1000'));
    const process = (await identify(child.pid))!;
    await child[Symbol.asyncDispose]();
    expect(await isAlive(process)).toBe(false);
  });

  it('ends for good also while the next start waits for something', async () => {
    const gate = new Gate();
    gate.open();
    const waits = Promise.withResolvers<void>();
    const start = async (aborted: AbortSignal) => {
      await gate.pass(aborted);
      return startShell('exec sleep 1000');
    };
    const child = await Supervised.start(start, {
      onExit() {
        gate.close();
        waits.resolve();
      },
    });
    await child.restart();
    await waits.promise;
    await child[Symbol.asyncDispose]();
  });
});

describe('back-off', () => {
  it('is none after a steady run, then doubles up to ten seconds', () => {
    expect([0, 1, 2, 3, 6, 7, 100].map(restartDelay)).toEqual([0, 250, 500, 1000, 8000, 10_000, 10_000]);
  });
});
