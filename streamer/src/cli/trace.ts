/** `deskside trace`: where the time of every picture goes, for ui.perfetto.dev or chrome://tracing. */
import { writeFile } from 'node:fs/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { TraceEvent } from '../session/chrome-trace.ts';
import { readRunning } from '../supervisor/state.ts';
import { readOrMakeToken } from '../supervisor/token.ts';
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
  const url = new URL(`trace?seconds=${seconds}`, running.url);
  const { status, body } = await ask(url, await readOrMakeToken(running.tokenFile));
  const answer = JSON.parse(body);
  if (status !== 200) throw new CommandError(`${answer.message} ${answer.remedy}`, EXIT.failed);
  const events: TraceEvent[] = answer.traceEvents;
  if (!events.some(({ ph }) => ph === 'X'))
    throw new CommandError(
      'Nothing was sent meanwhile: open the desktop in a browser, have something move on it, and trace again.',
      EXIT.failed,
    );
  if (file === '-') process.stdout.write(body);
  else await writeFile(file, body);
  console.error(summary(events));
}

async function ask(url: URL, token: string): Promise<{ status: number; body: string }> {
  const options = {
    headers: { authorization: `Bearer ${token}` },
    // It is this very machine, and its certificate is made out for another name.
    rejectUnauthorized: false,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const get = url.protocol === 'https:' ? httpsGet : httpGet;
    get(url, options, resolve).on('error', reject);
  });
  const body = Buffer.concat(await response.toArray()).toString();
  return { status: response.statusCode ?? 0, body };
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
