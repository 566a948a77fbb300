/** The streamer's log: JSON lines (pino) in a file, and readable lines for whoever looks on. */
import type { Writable } from 'node:stream';
import pino, { type Level, type Logger } from 'pino';

/** Takes whole lines. */
export interface LineWriter {
  write(line: string): void;
}

/** Writes to all of `streams`. */
export function createLog(level: Level, streams: readonly LineWriter[]): Logger {
  const destinations = streams.map((stream) => ({ stream, level }));
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream(destinations),
  );
}

/** Takes JSON lines, writes readable ones. */
export function readable(output: Writable): LineWriter {
  return { write: (line) => void output.write(`${formatLine(line.trimEnd())}\n`) };
}

/** `2026-11-23T12:00:00.000Z warn  viewer left  viewer=3`; what is no line of our log stays as it is. */
export function formatLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const { time, level, msg, err, ...rest } = entry;
  const name = pino.levels.labels[Number(level)] ?? String(level);
  const facts = Object.entries(rest).map(([key, value]) => `${key}=${plain(value)}`);
  const stack = (err as { stack?: string } | undefined)?.stack;
  const text = [time, name.padEnd(5), msg, ...(facts.length > 0 ? ['', ...facts] : [])].join(' ');
  return stack === undefined ? text : `${text}\n${stack}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function plain(value: unknown): string {
  return typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value);
}
