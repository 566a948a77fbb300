/** How long the picture of a scrolling page stands still while it changes between the ways that it can take. */
import { Lab } from '../support/lab/lab.ts';
import { askForWay } from '../support/way-log.ts';
import { deskside } from './contenders/deskside.ts';
import { untilOver } from './network.ts';
import { scrolling } from './scenes/scrolling.ts';
import { smoothness } from './smoothness.ts';
import { Stage } from './stage.ts';

/** The longest time without a new picture in each, ms. */
export interface ChangeOvers {
  toWebSocket: number[];
  toWebRtc: number[];
  /** UDP, which pictures took, is blocked from one moment to the next. */
  breaks: number[];
}

const ROUNDS = 3;

/** Within this time a change is over, s. */
const SECONDS = 3;

export async function measureChangeOvers(): Promise<ChangeOvers> {
  const gaps: ChangeOvers = { toWebSocket: [], toWebRtc: [], breaks: [] };
  for (let round = 0; round < ROUNDS; round++) {
    await using lab = await Lab.create();
    await using stage = await Stage.open(deskside, scrolling, lab);
    await untilOver(stage.page, 'webrtc');
    gaps.toWebSocket.push(await longestGap(stage, () => askForWay(stage.page, 'websocket')));
    await untilOver(stage.page, 'websocket');
    gaps.toWebRtc.push(await longestGap(stage, () => askForWay(stage.page, 'webrtc')));
    await untilOver(stage.page, 'webrtc');
    gaps.breaks.push(await longestGap(stage, () => lab.blockUdp('client')));
    await untilOver(stage.page, 'websocket');
  }
  return gaps;
}

async function longestGap(stage: Stage, act: () => Promise<unknown>): Promise<number> {
  await stage.move(1);
  await stage.sightings();
  await Promise.all([stage.move(SECONDS), act()]);
  return smoothness(await stage.sightings(), SECONDS).longestGap;
}
