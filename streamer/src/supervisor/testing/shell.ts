import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { type Child, startChild } from '../child.ts';

export interface ShellChild extends Child {
  instance: string;
  /** The next line that it prints. */
  line(): Promise<string>;
}

/** A shell script as a supervised child. */
export async function startShell(script: string, stopWithin = 10_000): Promise<ShellChild> {
  const instance = randomBytes(8).toString('hex');
  const output = new PassThrough({ encoding: 'utf8' });
  const child = await startChild({
    command: 'sh',
    args: ['-c', script],
    environment: process.env,
    mark: `${instance}/test`,
    output,
    stopWithin,
  });
  let text = '';
  async function line(): Promise<string> {
    for (;;) {
      const end = text.indexOf('\n');
      if (end >= 0) {
        const first = text.slice(0, end);
        text = text.slice(end + 1);
        return first;
      }
      const part: string | null = output.read();
      if (part === null) await once(output, 'readable');
      else text += part;
    }
  }
  return { ...child, instance, line };
}
