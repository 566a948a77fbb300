import { inWords, type Machine, median } from './report.ts';
import type { TransferResult, TransferRun } from './transfer.ts';

export interface TransferReport {
  machine: Machine;
  /** Length of each run, s. */
  seconds: number;
  results: TransferResult[];
}

/** Medians over the runs, as a table in Markdown. */
export function formatTransfers({ machine, seconds, results }: TransferReport): string {
  const runs = results[0]?.runs.length ?? 0;
  return [
    `${inWords(machine)}; typing over a line of 20 Mbit/s each way while a file is transferred, medians of ${runs} ` +
      `interleaved runs of ${seconds} s.`,
    '',
    '| transfer | fps | p50 ms | p95 ms | longest gap ms | of the file, kbit/s |',
    '|---|--:|--:|--:|--:|--:|',
    ...results.map(formatRow),
    '',
  ].join('\n');
}

function formatRow({ transfer, runs }: TransferResult): string {
  const middle = (value: (run: TransferRun) => number, digits = 0) => median(runs.map(value)).toFixed(digits);
  const cells = [
    transfer,
    middle((run) => run.fps),
    middle((run) => run.p50, 1),
    middle((run) => run.p95, 1),
    middle((run) => run.longestGap),
    middle((run) => run.kbits),
  ];
  return `| ${cells.join(' | ')} |`;
}
