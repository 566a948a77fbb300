import type { NetworkResult, NetworkRun } from './network.ts';
import { inWords, type Machine, median } from './report.ts';
import type { SoundNetworkRun } from './sound-network.ts';

export interface NetworkReport<Run> {
  machine: Machine;
  /** Length of each run over a network that stays as it is, s. */
  seconds: number;
  results: NetworkResult<Run>[];
}

/** Medians over the runs, as a table in Markdown. */
export function formatNetworks({ machine, seconds, results }: NetworkReport<NetworkRun>): string {
  const runs = results[0]?.runs.length ?? 0;
  return [
    `${inWords(machine)}; a scrolling page over a network of namespaces, medians of ${runs} interleaved runs of ${seconds} s. ` +
      'Losses are of each packet, both ways; a bottleneck queues 200 ms. After a drop: p95 of what was drawn from 1 s after ' +
      'it on, and how long after its end the frame rate and the bits were back.',
    '',
    '| network | way | fps | p50 ms | p95 ms | longest gap ms | kbit/s | after the drop: p95 ms | gap ms | back s |',
    '|---|---|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...results.map(formatRow),
    '',
  ].join('\n');
}

/** The same for a tone that is heard meanwhile. */
export function formatSound({ machine, seconds, results }: NetworkReport<SoundNetworkRun>): string {
  return [
    `${inWords(machine)}; a tone of ${seconds} s while a page scrolls, medians of ${results[0]?.runs.length ?? 0} runs. ` +
      'Packets that do not come in time are made up for; a gap is silence of 5 ms and more.',
    '',
    '| network | way | made up % | silent % | gaps | longest ms |',
    '|---|---|--:|--:|--:|--:|',
    ...results.map(({ network, way, runs }) => {
      const middle = (value: (run: SoundNetworkRun) => number, digits = 0) =>
        median(runs.map(value)).toFixed(digits);
      const figures = [
        middle(({ missing }) => missing, 1),
        middle(({ silent }) => silent, 2),
        middle((run) => run.gaps),
        middle(({ longestGap }) => longestGap),
      ];
      return `| ${[network, way, ...figures].join(' | ')} |`;
    }),
    '',
  ].join('\n');
}

function formatRow({ network, way, runs }: NetworkResult<NetworkRun>): string {
  const middle = (value: (run: NetworkRun) => number | undefined, digits = 0): string => {
    const values = runs.map(value).filter((one) => one !== undefined);
    return values.length > 0 ? median(values).toFixed(digits).replace('Infinity', 'never') : '';
  };
  const cells = [
    network,
    way,
    middle((run) => run.fps, 1),
    middle((run) => run.p50, 1),
    middle((run) => run.p95, 1),
    middle((run) => run.longestGap),
    middle((run) => run.kbits),
    middle((run) => run.recovery?.p95),
    middle((run) => run.recovery?.longestGap),
    middle((run) => run.recovery?.back, 1),
  ];
  return `| ${cells.join(' | ')} |`;
}
