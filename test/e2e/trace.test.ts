import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { Streamer } from '../support/streamer.ts';

interface Span {
  ph: string;
  name: string;
  pid: number;
  ts: number;
  dur: number;
  args: { stream: number; id: number };
}

const STAGES = [
  ...['read', 'plan', 'convert', 'encode', 'to the gateway'],
  ...['network', 'decode', 'present', 'acknowledge'],
];
/** Of some pictures only. */
const NOT_ALWAYS = ['plan', 'convert', 'encode'];

test('a trace follows pictures through every stage, one after the other', async ({
  streamer,
  chromium,
  x,
}) => {
  const window = x.coverScreen(0x203040);
  await openViewer(chromium, streamer.url.href);
  const file = join(streamer.account.home, 'trace.json');
  const tracing = streamer.account.deskside(['trace', file, '--seconds', '4']);
  // Large and ever new: some of it goes as video.
  const drawing = setInterval(() => {
    x.fill(window, Math.floor(Math.random() * 0xffffff), { x: 0, y: 0, width: 900, height: 700 });
  }, 30);
  // A second viewer needs a key frame, which is always video.
  await openViewer(chromium, streamer.url.href);
  const { code, stderr } = await tracing;
  clearInterval(drawing);
  expect(code, stderr).toBe(0);
  for (const stage of STAGES.filter((name) => !NOT_ALWAYS.includes(name))) expect(stderr).toContain(stage);

  const { traceEvents } = JSON.parse(await readFile(file, 'utf8')) as { traceEvents: Span[] };
  const spans = traceEvents.filter(({ ph }) => ph === 'X');
  expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(STAGES));
  // One picture, on its way to one of the viewers; what all share comes from the first two processes.
  const ways = spans.filter(({ name }) => name === 'present').map((shown) => wayOf(shown, spans));
  // Of those that were under way as the trace began, only the end is there.
  const whole = ways.find((way) => !way.includes(undefined)) as number[];
  expect(whole).toEqual(whole.toSorted((a, b) => a - b));
});

/** When each stage of the picture that was shown began, µs; undefined for one that is not in the trace. */
function wayOf({ args, pid }: Span, spans: readonly Span[]): (number | undefined)[] {
  const own = spans.filter(
    (span) =>
      span.args.id === args.id && span.args.stream === args.stream && (span.pid <= 2 || span.pid === pid),
  );
  const stages = ['read', 'to the gateway', 'network', 'decode', 'present'];
  return stages.map((stage) => own.find(({ name }) => name === stage)?.ts);
}

test('a desktop that nobody watches has nothing to trace, and it is said so', async () => {
  await using streamer = await Streamer.start();
  const { code, stderr } = await streamer.account.deskside(['trace', '-', '--seconds', '0.2']);
  expect(code).toBe(1);
  expect(stderr).toContain('Nothing was sent meanwhile');
});
