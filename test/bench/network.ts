/** `npm run bench -- --network`: how a scrolling page is seen over bad networks, by each way that pictures take. */
import type { Page } from 'playwright-core';
import { currentWay } from '../support/current-way.ts';
import { type Condition, Lab } from '../support/lab/lab.ts';
import { until } from '../support/until.ts';
import { desksideOver } from './contenders/deskside.ts';
import { scrolling } from './scenes/scrolling.ts';
import { type Smoothness, smoothness } from './smoothness.ts';
import { type Seen, Stage } from './stage.ts';

/** A way that pictures take, and what it needs of the network. */
export interface Way {
  name: string;
  transport: 'websocket' | 'webrtc';
  condition?: Condition;
}

export const WAYS: readonly Way[] = [
  { name: 'WebSocket', transport: 'websocket' },
  { name: 'WebRTC/UDP', transport: 'webrtc' },
  { name: 'WebRTC/TCP', transport: 'webrtc', condition: { udp: false } },
];

export interface Network extends Condition {
  name: string;
  /** The rate changes while it is measured. */
  drop?: Drop;
}

/** A rate that is there no longer for a while, and comes back; kbit/s and s. */
interface Drop {
  low: number;
  before: number;
  during: number;
  after: number;
}

/** Queues before a bottleneck hold 200 ms. */
export const NETWORKS: readonly Network[] = [
  { name: 'clean' },
  { name: '40 ms', delay: 20 },
  { name: '40 ms and 1 % loss', delay: 20, loss: 0.01 },
  { name: '40 ms and 3 % loss', delay: 20, loss: 0.03 },
  { name: '6 Mbit/s', rate: 6000 },
  { name: '2 Mbit/s', rate: 2000 },
  {
    name: '20 to 3 and back to 20 Mbit/s',
    rate: 20_000,
    drop: { low: 3000, before: 4, during: 10, after: 10 },
  },
];

/** Rate control settles in this time, s. */
const WARM_UP_S = 3;

export interface NetworkRun extends Smoothness {
  /** To the browser, kbit/s. */
  kbits: number;
  recovery?: Recovery;
}

/** What a drop of the rate did. */
export interface Recovery {
  /** Of pictures drawn from 1 s after the drop until its end, ms. */
  p95: number;
  longestGap: number;
  /** From the end of the drop until the frame rate and the bits are at nine tenths of what they were, s. */
  back: number;
}

export interface NetworkResult<Run> {
  network: string;
  way: string;
  runs: Run[];
}

/** Every way over every network, `rounds` times; rounds outermost, so that a slow minute hits all of them. */
export async function measureNetworks<Run>(
  measure: (network: Network, way: Way, seconds: number) => Promise<Run>,
  networks: readonly Network[],
  ways: readonly Way[],
  rounds: number,
  seconds: number,
): Promise<NetworkResult<Run>[]> {
  const cells = networks.flatMap((network) => ways.map((way) => ({ network, way, runs: [] as Run[] })));
  for (let round = 1; round <= rounds; round++) {
    for (const { network, way, runs } of cells) {
      console.error(`round ${round} of ${rounds}: ${network.name}, ${way.name}`);
      runs.push(await measure(network, way, seconds));
    }
  }
  return cells.map(({ network, way, runs }) => ({ network: network.name, way: way.name, runs }));
}

/** How the pictures of a scrolling page come. */
export async function measurePictures(network: Network, way: Way, seconds: number): Promise<NetworkRun> {
  await using lab = await Lab.create({ ...network, ...way.condition });
  await using stage = await Stage.open(desksideOver(way.transport, way.name), scrolling, lab);
  await untilOver(stage.page, way.transport);
  await stage.move(WARM_UP_S);
  await stage.sightings();
  return network.drop
    ? await measureDrop(lab, stage, network, network.drop)
    : await measureSteady(lab, stage, seconds);
}

async function measureSteady(lab: Lab, stage: Stage, seconds: number): Promise<NetworkRun> {
  const before = lab.received;
  await stage.move(seconds);
  const kbits = ((lab.received - before) * 8) / 1000 / seconds;
  return { ...smoothness(await stage.sightings(), seconds), kbits };
}

async function measureDrop(lab: Lab, stage: Stage, { rate = 0 }: Network, drop: Drop): Promise<NetworkRun> {
  const start = performance.now();
  const received = [{ time: start, bytes: lab.received }];
  const sampling = setInterval(() => received.push({ time: performance.now(), bytes: lab.received }), 100);
  await stage.move(drop.before);
  const dropped = performance.now();
  await Promise.all([lab.setRate(drop.low), stage.move(drop.during)]);
  const restored = performance.now();
  await Promise.all([lab.setRate(rate), stage.move(drop.after)]);
  clearInterval(sampling);
  const seen = await stage.sightings();
  const rateAt = (time: number): number => {
    const from = received.findLast((sample) => sample.time <= time - 1000) ?? received[0]!;
    const to = received.findLast((sample) => sample.time <= time)!;
    return ((to.bytes - from.bytes) * 8) / (to.time - from.time);
  };
  const during = smoothness(between(seen, dropped + 1000, restored), drop.during - 1);
  const all = smoothness(seen, drop.before + drop.during + drop.after);
  const recovery = { p95: during.p95, longestGap: during.longestGap, back: timeBack() };
  return { ...all, kbits: rateAt(dropped), recovery };

  function timeBack(): number {
    const picturesAt = (time: number) =>
      seen.filter((one) => one.seen > time - 1000 && one.seen <= time).length;
    const enough = { kbits: rateAt(dropped) * 0.9, pictures: picturesAt(dropped) * 0.9 };
    for (let time = restored + 1000; time < performance.now(); time += 100) {
      if (rateAt(time) >= enough.kbits && picturesAt(time) >= enough.pictures)
        return (time - restored) / 1000;
    }
    return Number.POSITIVE_INFINITY;
  }
}

function between(seen: readonly Seen[], from: number, to: number): Seen[] {
  return seen.filter(({ drawn }) => drawn >= from && drawn < to);
}

/** The way that the page's pictures take, as its statistics say. */
export async function untilOver(page: Page, transport: Way['transport']): Promise<void> {
  await until(`pictures to come by ${transport}`, async () => {
    return (await currentWay(page)).transport === transport;
  });
}
