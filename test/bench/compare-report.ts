/** Two versions of Deskside side by side. */
import type { Measurement } from './measure.ts';
import { inWords, type Machine, median, type Result } from './report.ts';
import type { Smoothness } from './smoothness.ts';

export interface Comparison {
  machine: Machine;
  /** Length of each run, s. */
  seconds: number;
  /** Of both contenders: as it is, and as it was. */
  results: Result[];
}

interface Figure {
  name: string;
  digits?: number;
  value(probe: Smoothness, run: Measurement): number;
}

const FIGURES: Figure[] = [
  { name: 'fps', digits: 1, value: ({ fps }) => fps },
  { name: 'p50 ms', digits: 1, value: ({ p50 }) => p50 },
  { name: 'p95 ms', digits: 1, value: ({ p95 }) => p95 },
  { name: 'streamer %', digits: 1, value: (_, { cpu }) => cpu.streamer },
  { name: 'X %', digits: 1, value: (_, { cpu }) => cpu.xServer },
  { name: 'browser %', digits: 1, value: (_, { cpu }) => cpu.browser },
  { name: 'kbit/s', value: (_, { kbits }) => kbits },
  { name: 'first picture ms', value: (_, { firstPicture }) => firstPicture },
  { name: 'memory MB', value: (_, { memory }) => memory },
];

/** Medians with the least and the most; a change is bold where no run of one is within those of the other. */
export function formatComparison({ machine, seconds, results }: Comparison): string {
  const [now, then] = [...new Set(results.map(({ contender }) => contender))];
  const runs = Math.max(0, ...results.map(({ runs: done }) => done.length));
  return [
    `${inWords(machine)}; ${now} beside ${then}, medians of ${runs} interleaved runs of ${seconds} s (least and most in ` +
      'brackets), a change in bold where the runs of one lie apart from those of the other.',
    '',
    `| | ${now} | ${then} | change |`,
    '|---|--:|--:|--:|',
    ...results
      .filter(({ contender }) => contender === now)
      .flatMap((one) => {
        const other = results.find(({ scene, contender }) => scene === one.scene && contender === then);
        return other ? formatScene(one.runs, other.runs) : [];
      }),
    '',
  ].join('\n');
}

function formatScene(now: readonly Measurement[], then: readonly Measurement[]): string[] {
  if (now.length === 0 || then.length === 0) return [];
  return Object.keys(now[0]!.probes).flatMap((probe) =>
    FIGURES.flatMap((figure) => {
      const values = (runs: readonly Measurement[]) =>
        runs.map((run) => figure.value(run.probes[probe]!, run)).filter((value) => !Number.isNaN(value));
      const [ours, theirs] = [values(now), values(then)];
      if (ours.length === 0 || theirs.length === 0) return [];
      const cells = [ours, theirs].map((of) => withSpread(of, figure.digits ?? 0));
      return [`| ${[`${probe}, ${figure.name}`, ...cells, change(ours, theirs)].join(' | ')} |`];
    }),
  );
}

function withSpread(values: readonly number[], digits: number): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  const spread = values.length > 1 ? ` (${least.toFixed(digits)}–${most.toFixed(digits)})` : '';
  return `${middle.toFixed(digits)}${spread}`;
}

function change(now: readonly number[], then: readonly number[]): string {
  const before = median(then);
  if (before === 0) return '–';
  const percent = Math.round((median(now) / before - 1) * 100);
  const text = `${percent > 0 ? '+' : ''}${percent} %`.replace('-', '−');
  const apart = Math.min(...now) > Math.max(...then) || Math.max(...now) < Math.min(...then);
  return now.length > 1 && apart ? `**${text}**` : text;
}
