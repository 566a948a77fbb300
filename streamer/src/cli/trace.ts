/** `deskside trace`: where the time of every picture goes, for ui.perfetto.dev or chrome://tracing. */
import { writeFile } from 'node:fs/promises';
import type { TraceEvent } from '../session/chrome-trace.ts';
import { readRunning } from '../supervisor/state.ts';
import { ask } from './ask.ts';
import { CommandError, EXIT, notRunning } from './exit-codes.ts';

/**
 * Writes the trace and says what stages took, the middle one of each.
 *
 * @param file path, or `-` for standard output
 * @throws CommandError if no desktop runs or nothing was drawn
 */
export async function trace(stateDir: string, file: string, seconds: number): Promise<void> {
  const running = await readRunning(stateDir);
  if (running === undefined) throw notRunning(stateDir);
  const { body, answer } = await ask(running, `trace?seconds=${seconds}`);
  const events = (answer as { traceEvents: TraceEvent[] }).traceEvents;
  if (!events.some(({ ph }) => ph === 'X'))
    throw new CommandError(
      'Nothing was sent meanwhile: open the desktop in a browser, have something move on it, and trace again.',
      EXIT.failed,
    );
  if (file === '-') process.stdout.write(body);
  else await writeFile(file, body);
  console.error(summary(events));
}

/** One line a stage, in the order of the way. */
function summary(events: readonly TraceEvent[]): string {
  const stages = new Map<string, number[]>();
  for (const event of events) {
    if (event.ph !== 'X') continue;
    const times = stages.get(event.name) ?? [];
    times.push(event.dur / 1000);
    stages.set(event.name, times);
  }
  const order = [
    ...['read', 'plan', 'convert', 'encode', 'to the gateway'],
    ...['network', 'decode', 'present', 'acknowledge'],
  ];
  return order
    .filter((name) => stages.has(name))
    .map((name) => {
      const times = stages.get(name)!.sort((a, b) => a - b);
      const middle = times[Math.floor(times.length / 2)]!.toFixed(1);
      return `${name.padEnd(15)} ${middle.padStart(7)} ms  (${times.length} times)`;
    })
    .join('\n');
}
