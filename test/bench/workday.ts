/** Whether memory grows while somebody works: typing, scrolling and films in turns, as the page chooses its way. */
import { deskside } from './contenders/deskside.ts';
import { readMemory } from './load.ts';
import type { Scene } from './scenes/scene.ts';
import { scrolling } from './scenes/scrolling.ts';
import { typing } from './scenes/typing.ts';
import { video } from './scenes/video.ts';
import { Stage } from './stage.ts';

const MINUTES = 10;

/** In each minute, s each. */
const WORK: readonly (readonly [scene: Scene, seconds: number])[] = [
  [typing, 30],
  [scrolling, 15],
  [video, 15],
];

/** @returns memory (PSS) of gateway and media process after each minute, MB */
export async function measureWorkday(): Promise<number[]> {
  await using stage = await Stage.open(deskside, typing);
  const memory: number[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    for (const [scene, seconds] of WORK) {
      await stage.show(scene);
      await stage.move(seconds);
      await stage.sightings();
    }
    memory.push(readMemory(stage.running));
  }
  return memory;
}
