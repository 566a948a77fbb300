import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describeExit, startChild } from './child.ts';
import { endProcessesOf, groupEnded, identify, isAlive, processEnded, processesOf } from './processes.ts';
import { startShell } from './testing/shell.ts';

describe('a child process', () => {
  it('is asked to end, and its children with it', async () => {
    const child = await startShell('sleep 1000 & echo $!; wait');
    const grandchild = (await identify(Number(await child.line())))!;
    await child.stop();
    expect(describeExit(await child.exited)).toBe('signal SIGTERM');
    expect(await isAlive(grandchild)).toBe(false);
  });

  it('is killed when it does not end in time, and its children with it', async () => {
    const child = await startShell(`trap '' TERM; sh -c 'echo $$; while :; do sleep 1; done' & wait`, 50);
    const grandchild = (await identify(Number(await child.line())))!;
    await child.stop();
    expect(describeExit(await child.exited)).toBe('signal SIGKILL');
    expect(await isAlive(grandchild)).toBe(false);
  });

  it('leaves no children behind that outlive it', async () => {
    const child = await startShell('sleep 1000 & echo $!');
    const orphan = (await identify(Number(await child.line())))!;
    expect(describeExit(await child.exited)).toBe('code 0');
    await child.stop();
    expect(await isAlive(orphan)).toBe(false);
  });

  it('whose program is missing is an error', async () => {
    const start = startChild({
      command: 'no-such-program',
      args: [],
      environment: {},
      mark: 'x/test',
      output: new PassThrough(),
      stopWithin: 0,
    });
    await expect(start).rejects.toThrow(/ENOENT/);
  });
});

describe('the processes of an instance', () => {
  it('are found and ended also when they have left the process group', async () => {
    const child = await startShell('setsid sleep 1000 & setsid sh -c "echo ready; exec sleep 1000" & wait');
    await child.line();
    await child.stop();
    expect(await processesOf(child.instance, 'test')).not.toEqual([]);
    await endProcessesOf(child.instance, '', 10_000);
    expect(await processesOf(child.instance)).toEqual([]);
  });

  it('are killed when they do not end in time', async () => {
    const child = await startShell(
      `setsid sh -c "trap '' TERM; echo ready; while :; do sleep 1; done" & wait`,
    );
    await child.line();
    await child.stop();
    await endProcessesOf(child.instance, '', 0);
    expect(await processesOf(child.instance)).toEqual([]);
  });
});

describe('a process', () => {
  it('is told from a later one of the same number', async () => {
    const own = (await identify(process.pid))!;
    expect(await isAlive(own)).toBe(true);
    expect(await isAlive({ ...own, startTime: own.startTime - 1 })).toBe(false);
  });

  it('can be waited for, until time is up', async () => {
    const child = await startShell('sleep 1000');
    const identity = (await identify(child.pid))!;
    expect(await processEnded(identity, 0)).toBe(false);
    expect(await groupEnded(child.pid, 0)).toBe(false);
    await child.stop();
    expect(await processEnded(identity, 0)).toBe(true);
    expect(await groupEnded(child.pid, 0)).toBe(true);
  });
});
