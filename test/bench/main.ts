/** `npm run bench`: how fast a desktop is seen, what it costs, and how that compares. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureChangeOvers } from './change-overs.ts';
import { formatComparison } from './compare-report.ts';
import type { Contender } from './contenders/contender.ts';
import {
  deskside,
  desksideAsVideo,
  desksideOver,
  desksideWithSilence,
  desksideWithSound,
} from './contenders/deskside.ts';
import { reference } from './contenders/reference.ts';
import { revisionOf } from './contenders/revision.ts';
import { measureDesktops } from './desktops.ts';
import { measureEditor } from './editor.ts';
import { measure } from './measure.ts';
import { measureNetworks, measurePictures, NETWORKS, WAYS } from './network.ts';
import { formatNetworks, formatSound } from './network-report.ts';
import { measureContainers } from './places/dev-container.ts';
import { measureProxy } from './places/proxy.ts';
import { formatPlaces } from './places/report.ts';
import { measureReactions } from './reactions.ts';
import { describeMachine, formatReport, type Report, type Result } from './report.ts';
import { measureResize } from './resize.ts';
import { COMPETITORS, measureRivals, type Part, RIVALS, readRuns, writeRuns } from './rivals.ts';
import { chartRivals, formatRivals } from './rivals-report.ts';
import { flood } from './scenes/flood.ts';
import { idle } from './scenes/idle.ts';
import { illustrated } from './scenes/illustrated.ts';
import { mixed } from './scenes/mixed.ts';
import type { Scene } from './scenes/scene.ts';
import { scrolling } from './scenes/scrolling.ts';
import { typing, typing4k } from './scenes/typing.ts';
import { video } from './scenes/video.ts';
import { filmWindow, terminalWindow } from './scenes/windows.ts';
import { measureSound } from './sound.ts';
import { measureSoundOver } from './sound-network.ts';
import { measureStages } from './stages.ts';
import { measureStart } from './start-up.ts';
import { measureTransfers, TRANSFERS } from './transfer.ts';
import { formatTransfers } from './transfer-report.ts';
import { measureViewers } from './viewers.ts';
import { measureWorkday } from './workday.ts';

/** Rows of their own, in the order in which they are measured. */
const OTHERS = [
  ...['stages', 'reactions', 'change-overs', 'viewers', 'desktops'],
  ...['sound', 'resize', 'start', 'editor', 'workday'],
].map((name) => ({ name }));

const SCENES = [
  scrolling,
  flood,
  illustrated,
  typing,
  typing4k,
  video,
  mixed,
  filmWindow,
  terminalWindow,
  idle,
];

/** Where it is told apart how long each stage takes. */
const STAGED = [typing, scrolling, video];

const HELP = `npm run bench -- [options]
  --scenes a,b       of: ${[...SCENES, ...OTHERS].map(({ name }) => name).join(', ')} (all)
  --contenders a,b   of: deskside (over the way that it chooses), deskside-websocket, and reference where
                     DESKSIDE_REFERENCE names its folder (all these); and deskside-video and
                     deskside-websocket-video, without exact pixels, deskside-sound and deskside-websocket-sound, which
                     play a tone, and deskside-websocket-silence, whose page would hear one
  --rounds N         runs of each contender in each scene (3)
  --seconds N        length of a run, after ten seconds to warm up (8)
  --network          instead: a scrolling page over bad networks by each way that pictures take (1 round of 6 s); needs root
  --sound            with --network: a tone that is heard while the page scrolls
  --networks a,b     of: ${NETWORKS.map(({ name }) => name).join(', ')} (all)
  --ways a,b         of: ${WAYS.map(({ name }) => name).join(', ')} (all)
  --rivals           instead: Deskside beside Selkies, TigerVNC with noVNC, and xpra (3 rounds of 6 s); needs root
  --parts a,b        with --rivals: of tours (all scenes on this machine), slow (scrolling over 6 Mbit/s) (both);
                     with --places: of container, proxy (both)
  --add FILE         with --rivals: goes on with the runs in this file, so that a long measurement can be had in pieces
  --within SECONDS   with --rivals: begins nothing new after so long
  --compare REV      instead: the scenes with Deskside as it is and as it was at this commit
  --transfer         instead: typing while a file goes up or comes down (3 rounds of 8 s); needs root
  --places           instead: a dev container from its start to a picture, what it takes at rest, and a desktop through
                     Coder's proxy beside the direct way (3 rounds of 8 s); needs root
  --json FILE        writes every run to a file
  --record           puts the table on top of test/bench/RESULTS.md`;

const RESULTS = new URL('RESULTS.md', import.meta.url);
const CHARTS = new URL('charts/', import.meta.url);

const { values: options } = parseArgs({
  options: {
    scenes: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    network: { type: 'boolean', default: false },
    rivals: { type: 'boolean', default: false },
    parts: { type: 'string' },
    within: { type: 'string' },
    add: { type: 'string' },
    compare: { type: 'string' },
    sound: { type: 'boolean', default: false },
    transfer: { type: 'boolean', default: false },
    places: { type: 'boolean', default: false },
    networks: { type: 'string' },
    ways: { type: 'string' },
    json: { type: 'string' },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(HELP);
else if (options.network) await benchNetworks();
else if (options.rivals) await benchRivals();
else if (options.compare) await benchComparison(options.compare);
else if (options.transfer) await benchTransfers();
else if (options.places) await benchPlaces();
else await bench();

async function bench(): Promise<void> {
  const rows = choose<{ name: string }>([...SCENES, ...OTHERS], options.scenes, 'scene');
  const scenes = SCENES.filter((scene) => rows.includes(scene));
  const asked = (name: string) => contenders.includes(deskside) && rows.some((row) => row.name === name);
  const known = await knownContenders();
  const contenders = choose(
    options.contenders ? [...known, ...desksideAsVideo, ...desksideWithSound, desksideWithSilence] : known,
    options.contenders,
    'contender',
  );
  const { rounds, seconds } = lengths({ rounds: 3, seconds: 8 });
  const results = await runAll(scenes, contenders, rounds, seconds);
  const stages = await several('stages', asked('stages') ? STAGED : [], (scene) =>
    measureStages(scene, seconds),
  );
  const turns = (name: string) => Array.from({ length: asked(name) ? rounds : 0 });
  const reactions = asked('reactions') ? await orNothing('reactions', measureReactions) : undefined;
  const changeOvers = asked('change-overs') ? await orNothing('change-overs', measureChangeOvers) : undefined;
  const viewers = await several('viewers', turns('viewers'), () => measureViewers(seconds));
  const desktops = asked('desktops')
    ? await orNothing('desktops', () => measureDesktops(seconds))
    : undefined;
  const sound = asked('sound') ? await orNothing('sound', measureSound) : undefined;
  const resizes = asked('resize') ? ((await orNothing('resize', measureResize)) ?? []) : [];
  const starts = await several('start', turns('start'), measureStart);
  const editor = asked('editor') ? await orNothing('editor', () => measureEditor(rounds)) : undefined;
  const workday = asked('workday') ? ((await orNothing('workday', measureWorkday)) ?? []) : [];
  const report: Report = {
    machine: describeMachine(),
    seconds,
    results,
    stages,
    reactions,
    changeOvers,
    viewers,
    desktops,
    starts,
    sound,
    resizes,
    editor,
    workday,
  };
  await publish(report, formatReport(report));
}

async function benchNetworks(): Promise<void> {
  const networks = choose(NETWORKS, options.networks, 'network');
  const ways = choose(WAYS, options.ways, 'way');
  const { rounds, seconds } = lengths({ rounds: 1, seconds: 6 });
  const all = [networks, ways, rounds, seconds] as const;
  const machine = describeMachine();
  if (options.sound) {
    const report = { machine, seconds, results: await measureNetworks(measureSoundOver, ...all) };
    await publish(report, formatSound(report));
  } else {
    const report = { machine, seconds, results: await measureNetworks(measurePictures, ...all) };
    await publish(report, formatNetworks(report));
  }
}

async function benchRivals(): Promise<void> {
  const competitors = choose(COMPETITORS, options.contenders, 'contender');
  const { rounds, seconds } = lengths({ rounds: 3, seconds: 6 });
  for (const { install } of RIVALS) await install();
  const runs = options.add && existsSync(options.add) ? readRuns(await readFile(options.add, 'utf8')) : [];
  const parts = choose([{ name: 'tours' }, { name: 'slow' }] as { name: Part }[], options.parts, 'part');
  const extent = { rounds, seconds, within: Number(options.within ?? Number.POSITIVE_INFINITY) };
  await measureRivals(
    runs,
    competitors,
    parts.map(({ name }) => name),
    extent,
    async () => {
      if (options.add) await writeFile(options.add, writeRuns(runs));
    },
  );
  const described = await Promise.all(
    RIVALS.map(async ({ name, command, version }) => ({ name, command, version: await version() })),
  );
  const report = { machine: describeMachine(), seconds, rivals: described, runs };
  await publish(report, formatRivals(report));
  if (options.record) await writeCharts(chartRivals(runs));
}

async function benchComparison(revision: string): Promise<void> {
  const scenes = choose(SCENES, options.scenes, 'scene');
  const { rounds, seconds } = lengths({ rounds: 3, seconds: 8 });
  const contenders = [{ ...deskside, name: 'as it is' }, await revisionOf(revision)];
  const results = await runAll(scenes, contenders, rounds, seconds);
  const report = { machine: describeMachine(), seconds, results };
  await publish(report, formatComparison(report));
}

async function benchTransfers(): Promise<void> {
  const { rounds, seconds } = lengths({ rounds: 3, seconds: 8 });
  const results = await measureTransfers(TRANSFERS, rounds, seconds);
  const report = { machine: describeMachine(), seconds, results };
  await publish(report, formatTransfers(report));
}

async function benchPlaces(): Promise<void> {
  const parts = choose([{ name: 'container' }, { name: 'proxy' }], options.parts, 'part');
  const asked = (part: string) => parts.some(({ name }) => name === part);
  const { rounds, seconds } = lengths({ rounds: 3, seconds: 8 });
  const containers = asked('container')
    ? await orNothing('container', () => measureContainers(rounds))
    : undefined;
  const proxy = asked('proxy') ? await orNothing('proxy', () => measureProxy(rounds, seconds)) : undefined;
  const report = { machine: describeMachine(), seconds, containers, proxy };
  await publish(report, formatPlaces(report));
}

function lengths(usual: { rounds: number; seconds: number }): typeof usual {
  return {
    rounds: Number(options.rounds ?? usual.rounds),
    seconds: Number(options.seconds ?? usual.seconds),
  };
}

async function publish(report: object, table: string): Promise<void> {
  console.log(table);
  if (options.json) await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (options.record) await record(table);
}

/**
 * Rounds outermost and contenders innermost, so that a slow minute of the machine hits all of them. They take turns in
 * being first, which is slower: for typing by 1 to 2 ms at p50 (measured).
 */
async function runAll(
  scenes: readonly Scene[],
  contenders: readonly Contender[],
  rounds: number,
  seconds: number,
): Promise<Result[]> {
  const results = scenes.flatMap((scene) =>
    contenders.map((contender) => ({ scene, contender, runs: [] as Result['runs'] })),
  );
  for (let round = 1; round <= rounds; round++) {
    const ofScene = (scene: Scene) => results.filter((result) => result.scene === scene);
    for (const { scene, contender, runs } of scenes.flatMap((scene) => inTurn(ofScene(scene), round))) {
      console.error(`round ${round} of ${rounds}: ${scene.name}, ${contender.name}`);
      const run = await orNothing(`${scene.name}, ${contender.name}`, () =>
        measure(contender, scene, seconds),
      );
      if (run) runs.push(run);
    }
  }
  return results.map(({ scene, contender, runs }) => ({
    scene: scene.name,
    contender: contender.name,
    runs,
  }));
}

/** The same, beginning with another one in each round. */
function inTurn<T>(all: readonly T[], round: number): T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** A measurement that fails is told and left out: the others took long. */
async function orNothing<T>(name: string, measurement: () => Promise<T>): Promise<T | undefined> {
  try {
    return await measurement();
  } catch (error) {
    console.error(`Left out: ${name}.`, error);
    return undefined;
  }
}

async function several<S, T>(
  name: string,
  subjects: readonly S[],
  measurement: (subject: S) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const subject of subjects) {
    const result = await orNothing(name, () => measurement(subject));
    if (result !== undefined) results.push(result);
  }
  return results;
}

async function knownContenders(): Promise<Contender[]> {
  const folder = process.env.DESKSIDE_REFERENCE;
  const ours = [deskside, desksideOver('websocket', 'deskside-websocket')];
  if (!folder) return ours;
  if (!existsSync(folder)) throw new Error(`DESKSIDE_REFERENCE is ${folder}, and there is no such folder.`);
  return [...ours, reference(folder)];
}

/** @throws Error naming what there is */
function choose<T extends { name: string }>(
  known: readonly T[],
  names: string | undefined,
  kind: string,
): readonly T[] {
  if (names === undefined) return known;
  return names.split(',').map((name) => {
    const chosen = known.find((candidate) => candidate.name === name);
    if (!chosen) {
      throw new Error(`No ${kind} is called ${name}; there are: ${known.map((one) => one.name).join(', ')}.`);
    }
    return chosen;
  });
}

async function writeCharts(charts: Record<string, string>): Promise<void> {
  await mkdir(CHARTS, { recursive: true });
  for (const [name, svg] of Object.entries(charts)) await writeFile(new URL(name, CHARTS), svg);
}

async function record(table: string): Promise<void> {
  const [title, ...older] = (await readFile(RESULTS, 'utf8')).split('\n\n');
  await writeFile(RESULTS, [title, table.trimEnd(), ...older].join('\n\n'));
}
