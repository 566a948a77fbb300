import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import type { ChangeOvers } from './change-overs.ts';
import type { Desktops } from './desktops.ts';
import type { EditorReport } from './editor.ts';
import type { Measurement } from './measure.ts';
import type { Reactions } from './reactions.ts';
import { describeSound, type SoundReport } from './sound.ts';
import { STAGE_NAMES, type StageName, type Stages } from './stages.ts';

/** All runs of one contender in one scene. */
export interface Result {
  scene: string;
  contender: string;
  runs: Measurement[];
}

export interface Report {
  machine: Machine;
  /** Length of each run, s. */
  seconds: number;
  results: Result[];
  stages: Stages[];
  reactions: Reactions | undefined;
  changeOvers: ChangeOvers | undefined;
  /** Streamer and X server for each of ten viewers while somebody types, run by run, per cent of one core. */
  viewers: number[];
  /** undefined: not measured. */
  desktops: Desktops | undefined;
  /** Each `deskside start`, ms. */
  starts: number[];
  /** undefined: not measured. */
  sound: SoundReport | undefined;
  /** From the last change of a window's size to a picture of a desktop that has it, storm by storm, ms. */
  resizes: number[];
  /** undefined: not measured. */
  editor: EditorReport | undefined;
  /** Memory (PSS) of gateway and media process after each minute of work, MB. */
  workday: number[];
}

export interface Machine {
  date: string;
  processor: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  node: string;
  chromium: string;
  commit: string;
  /** Of the last five minutes, the bench's own included: above 5 the machine had other work. */
  load: number;
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    chromium: firstLine('chromium', '--version'),
    commit: firstLine('git', 'rev-parse', '--short', 'HEAD'),
    load: Math.round(loadavg()[1]!),
  };
}

export function inWords(machine: Machine): string {
  const { date, commit, cores, processor, memoryGb, kernel, node, chromium, load } = machine;
  return `${date}, commit ${commit}: ${cores} cores of ${processor}, ${memoryGb} GB, Linux ${kernel}, Node ${node}, ${chromium}, load ${load}`;
}

const TABLE_HEAD = [
  '| probe | contender | fps | p50 ms | p95 ms | streamer % | X % | browser % | kbit/s | first picture ms | memory MB |',
  '|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
];

/** Medians over the runs, as a table in Markdown. */
export function formatReport(report: Report): string {
  const { machine, seconds, results } = report;
  const done = results.filter(({ runs }) => runs.length > 0);
  const runs = Math.max(...done.map((result) => result.runs.length));
  const how = done.length > 0 ? `; medians of ${runs} interleaved runs of ${seconds} s` : '';
  const way = 'Deskside as it is built, without sound, over the way that it chooses.';
  return [
    `${inWords(machine)}${how}. ${way}`,
    ...(done.length > 0 ? ['', ...TABLE_HEAD, ...done.flatMap(formatResult)] : []),
    ...formatStages(report.stages),
    ...formatScale(results).flatMap((line) => ['', line]),
    ...formatOthers(report).flatMap((line) => ['', line]),
    '',
  ].join('\n');
}

/** For whoever sizes machines: what Deskside's streamer and X server take. */
function formatScale(results: readonly Result[]): string[] {
  const own = results.filter(({ contender, runs }) => contender === 'deskside' && runs.length > 0);
  if (own.length === 0) return [];
  // Below a tenth of a per cent nothing is measured.
  const load = ({ runs }: Result) => Math.max(0.1, median(runs.map(({ cpu }) => cpu.streamer + cpu.xServer)));
  const perCore = own.map((result) => `${result.scene} ${Math.floor(100 / load(result))}`).join(', ');
  const memory = Math.max(...own.map(({ runs }) => median(runs.map((run) => run.memory))));
  return [
    `Desktops that a core carries: ${perCore}. A GB holds ${Math.floor(1000 / memory)} streamers, without what runs on the desktops.`,
  ];
}

/** Where the time goes, over the WebSocket; with the share of pictures that took a stage, where not all did. */
function formatStages(stages: readonly Stages[]): string[] {
  if (stages.length === 0) return [];
  const cell = ({ medians, shares }: Stages, name: StageName) => {
    if (Number.isNaN(medians[name])) return '–';
    const share = shares[name] > 99 ? '' : ` (${shares[name].toFixed(0)} %)`;
    return `${medians[name].toFixed(1)}${share}`;
  };
  const titles = STAGE_NAMES.map((name) => TITLES[name] ?? name);
  return [
    '',
    `| median ms, over the WebSocket | ${titles.join(' | ')} |`,
    `|---|${'--:|'.repeat(titles.length)}`,
    ...stages.map((row) => `| ${[row.scene, ...STAGE_NAMES.map((name) => cell(row, name))].join(' | ')} |`),
  ];
}

/** `damage`: until reading begins, with the time until a frame is due. */
const TITLES: Partial<Record<StageName, string>> = {
  read: 'capture',
  plan: 'tiles',
  'to the gateway': 'process hop',
  network: 'send and receive',
};

function formatOthers({
  reactions,
  changeOvers,
  viewers,
  desktops,
  starts,
  sound,
  resizes,
  editor,
  workday,
}: Report): string[] {
  const milliseconds = (values: readonly number[]) => `${median(values).toFixed(0)} ms`;
  const lines: string[] = [];
  if (reactions) {
    const { keys, wakes, rests, recoveries } = reactions;
    lines.push(
      `From a key to what it draws, in the page: ${keys.p50.toFixed(0)} ms, p95 ${keys.p95.toFixed(0)} ms.`,
    );
    lines.push(`The first change after a rest: ${milliseconds(wakes)}.`);
    lines.push(`Without a new picture after the media process was killed: ${milliseconds(recoveries)}.`);
    lines.push(`From the end of a film until every pixel is exact: ${milliseconds(rests)}.`);
  }
  if (changeOvers) {
    const { toWebRtc, toWebSocket, breaks } = changeOvers;
    lines.push(
      `Without a new picture of a scrolling page while it changes to WebRTC: ${milliseconds(toWebRtc)}; ` +
        `back to the WebSocket: ${milliseconds(toWebSocket)}; when UDP is blocked: ${milliseconds(breaks)}.`,
    );
  }
  if (viewers.length > 0)
    lines.push(`Ten viewers while somebody types: ${median(viewers).toFixed(1)} % of a core each.`);
  if (desktops) {
    const { count, cpu, memory } = desktops;
    lines.push(
      `${count} idle desktops take ${cpu.toFixed(1)} % of a core together, and ${memory.toFixed(0)} MB each beside their X servers.`,
    );
  }
  if (starts.length > 0) lines.push(`\`deskside start\` without a session: ${milliseconds(starts)}.`);
  if (sound) lines.push(...describeSound(sound));
  if (resizes.length > 0) {
    const most = Math.max(...resizes).toFixed(0);
    lines.push(`The size of a window settles in ${milliseconds(resizes)}, ${most} ms at most.`);
  }
  if (editor) {
    lines.push(
      `In code-server, from the command to the desktop's picture in the panel: ${milliseconds(editor.opened)}; ` +
        `the extension activates in ${milliseconds(editor.activated)}, by the editor's own measure.`,
    );
  }
  if (workday.length > 0) {
    const [first, most, last] = [workday[0]!, Math.max(...workday), workday.at(-1)!].map((mb) =>
      mb.toFixed(0),
    );
    lines.push(
      `Memory of the streamer while somebody types, scrolls and sees films in turns: ${first} MB after the first minute, ` +
        `${last} MB after ${workday.length}, ${most} MB at most.`,
    );
  }
  return lines;
}

function formatResult({ contender, runs }: Result): string[] {
  const middle = (value: (run: Measurement) => number, digits = 0) => median(runs.map(value)).toFixed(digits);
  return Object.keys(runs[0]!.probes).map((probe) => {
    const cells = [
      probe,
      contender,
      middle((run) => run.probes[probe]!.fps),
      middle((run) => run.probes[probe]!.p50, 1),
      middle((run) => run.probes[probe]!.p95, 1),
      middle((run) => run.cpu.streamer, 1),
      middle((run) => run.cpu.xServer, 1),
      middle((run) => run.cpu.browser, 1),
      middle((run) => run.kbits, 1),
      middle((run) => run.firstPicture),
      middle((run) => run.memory),
    ];
    return `| ${cells.map((cell) => cell.replace('NaN', '–')).join(' | ')} |`;
  });
}

/** Not a number where there are no values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle]!;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

function firstLine(program: string, ...args: string[]): string {
  const output = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return output.split('\n')[0]!.trim();
}
