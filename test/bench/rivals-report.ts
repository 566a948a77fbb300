import { barChart, type Chart } from './chart.ts';
import { inWords, type Machine, median } from './report.ts';
import type { Runs, Tour } from './rivals.ts';

export interface RivalsReport {
  machine: Machine;
  /** Length of each run, s. */
  seconds: number;
  /** What each of them is and how it was run. */
  rivals: { name: string; version: string; command: string }[];
  runs: Runs[];
}

/** Better is less, unless it says more. */
interface Row {
  name: string;
  values(runs: Runs): number[];
  digits?: number;
  more?: boolean;
  /** What an infinite value means. */
  infinite?: string;
}

const ofTours = (value: (tour: Tour) => number) => (runs: Runs) => runs.tours.map(value);

const SCENES = ['typing', 'scrolling', 'video'] as const;

const ROWS: Row[] = [
  { name: 'first picture, ms', values: ofTours((tour) => tour.firstPicture) },
  { name: 'key to glass, p50 ms', values: ofTours((tour) => tour.keys.p50), digits: 1 },
  { name: 'key to glass, p95 ms', values: ofTours((tour) => tour.keys.p95), digits: 1 },
  { name: 'key to glass, server and X %', values: ofTours((tour) => tour.keys.server) },
  { name: 'key to glass, Chromium %', values: ofTours((tour) => tour.keys.browser) },
  ...SCENES.flatMap((scene): Row[] => [
    { name: `${scene}, fps`, values: ofTours((tour) => tour[scene].fps), digits: 1, more: true },
    { name: `${scene}, p50 ms`, values: ofTours((tour) => tour[scene].p50), digits: 1 },
    { name: `${scene}, p95 ms`, values: ofTours((tour) => tour[scene].p95), digits: 1 },
    { name: `${scene}, server and X %`, values: ofTours((tour) => tour[scene].server) },
    { name: `${scene}, Chromium %`, values: ofTours((tour) => tour[scene].browser) },
    {
      name: `${scene}, server and X ms a picture`,
      values: ofTours(({ [scene]: { server, fps } }) => (server * 10) / fps),
      digits: 1,
    },
    {
      name: `${scene}, Chromium ms a picture`,
      values: ofTours(({ [scene]: { browser, fps } }) => (browser * 10) / fps),
      digits: 1,
    },
  ]),
  { name: 'idle, server and X %', values: ofTours((tour) => tour.idle.server), digits: 1 },
  { name: 'idle, Chromium %', values: ofTours((tour) => tour.idle.browser), digits: 1 },
  { name: 'exact after scrolling, ms', values: ofTours((tour) => tour.rest.exactAfter), infinite: 'never' },
  {
    name: 'sharpness 1 s after scrolling, dB',
    values: ofTours((tour) => tour.rest.psnrAfter1s),
    infinite: 'exact',
    more: true,
  },
  { name: 'memory without X, MB', values: ofTours((tour) => tour.memory.server) },
  { name: 'memory with X, MB', values: ofTours((tour) => tour.memory.withX) },
  {
    name: '6 Mbit/s, scrolling, fps',
    values: ({ slow }) => slow.map(({ fps }) => fps),
    digits: 1,
    more: true,
  },
  { name: '6 Mbit/s, scrolling, p50 ms', values: ({ slow }) => slow.map(({ p50 }) => p50), digits: 1 },
  { name: '6 Mbit/s, scrolling, p95 ms', values: ({ slow }) => slow.map(({ p95 }) => p95), digits: 1 },
  { name: '6 Mbit/s, scrolling, server and X %', values: ({ slow }) => slow.map(({ server }) => server) },
  { name: '6 Mbit/s, scrolling, Chromium %', values: ({ slow }) => slow.map(({ browser }) => browser) },
];

/** Medians with the least and the most in small print; the best of each row is bold, whoever has it. */
export function formatRivals({ machine, seconds, rivals, runs }: RivalsReport): string {
  const rounds = Math.max(...runs.flatMap(({ tours, slow }) => [tours.length, slow.length]));
  const failures = runs.flatMap(({ contender, failed }) =>
    Object.entries(failed).map(([part, why]) => `- Missing of ${contender}, ${part}: ${why}`),
  );
  return [
    `${inWords(machine)}; 1920x1080 drawn at 59 pictures a second, medians of ${rounds} interleaved runs of ${seconds} s ` +
      '(least and most in brackets), the best of a row in bold. Processor time in per cent of one core.',
    '',
    ...rivals.map(({ name, version, command }) => `- ${name}: ${version}; \`${command}\``),
    '',
    `| | ${runs.map(({ contender }) => contender).join(' | ')} |`,
    `|---|${runs.map(() => '--:|').join('')}`,
    ...ROWS.map((row) => formatRow(row, runs)),
    '',
    ...failures,
  ].join('\n');
}

function formatRow(row: Row, runs: readonly Runs[]): string {
  const middles = runs.map((one) => median(row.values(one)));
  const best = row.more ? Math.max(...known(middles)) : Math.min(...known(middles));
  const cells = runs.map((one, i) => {
    const middle = format(middles[i]!, row);
    const values = known(row.values(one));
    const spread = `(${format(Math.min(...values), row)}–${format(Math.max(...values), row)})`;
    const shown = middles[i] === best ? `**${middle}**` : middle;
    if (values.length === 0) return '–';
    return values.length === 1 ? shown : `${shown} ${spread}`;
  });
  return `| ${row.name} | ${cells.join(' | ')} |`;
}

function format(value: number, { digits = 0, infinite = '–' }: Row): string {
  if (Number.isNaN(value)) return '–';
  return Number.isFinite(value) ? value.toFixed(digits) : infinite;
}

function known(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value));
}

/** Charts for people in a hurry, by file name. */
export function chartRivals(runs: readonly Runs[]): Record<string, string> {
  const group = (name: string, row: string): Chart['groups'][number] => ({
    name,
    bars: runs.map((one) => ({
      name: one.contender,
      isOurs: one.contender.startsWith('Deskside'),
      value: median(ROWS.find((known) => known.name === row)!.values(one)),
    })),
  });
  return {
    'latency.svg': barChart({
      title: 'From drawn to seen, median',
      unit: 'ms, less is better',
      groups: [
        group('Key to glass', 'key to glass, p50 ms'),
        group('Typing', 'typing, p50 ms'),
        group('Scrolling', 'scrolling, p50 ms'),
        group('Video over the whole screen', 'video, p50 ms'),
        group('Scrolling over 6 Mbit/s', '6 Mbit/s, scrolling, p50 ms'),
      ],
    }),
    'smoothness.svg': barChart({
      title: 'Different pictures seen, of 59 drawn',
      unit: 'per second, more is better',
      groups: [
        group('Typing', 'typing, fps'),
        group('Scrolling', 'scrolling, fps'),
        group('Video over the whole screen', 'video, fps'),
        group('Scrolling over 6 Mbit/s', '6 Mbit/s, scrolling, fps'),
      ],
    }),
    'cost.svg': barChart({
      title: 'Processor time of server and X server',
      unit: '% of one core, less is better',
      groups: [
        group('Idle', 'idle, server and X %'),
        group('Typing', 'typing, server and X %'),
        group('Scrolling', 'scrolling, server and X %'),
        group('Video over the whole screen', 'video, server and X %'),
      ],
    }),
  };
}
