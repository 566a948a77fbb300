import type { Contender } from './contenders/contender.ts';
import { bytesBetween, readBytesSent, readLoad, readMemory, share } from './load.ts';
import type { Scene } from './scenes/scene.ts';
import { type Smoothness, smoothness } from './smoothness.ts';
import { Stage } from './stage.ts';

/**
 * What it costs does not become less after this time, s: V8 is done with compiling what is used by then, in the streamer as
 * in the page. People work for hours.
 */
export const WARM_UP_S = 10;

/** What one contender did in one scene. */
export interface Measurement {
  probes: Record<string, Smoothness>;
  /** Per cent of one core. */
  cpu: { streamer: number; xServer: number; browser: number };
  /** From the streamer to the browser, kbit/s. */
  kbits: number;
  /** From the beginning of the navigation to the first picture, ms. */
  firstPicture: number;
  /** Memory (PSS) of the streamer without the X server, MB. */
  memory: number;
}

/** Shows a scene to one browser for a while. */
export async function measure(contender: Contender, scene: Scene, seconds: number): Promise<Measurement> {
  await using stage = await Stage.open(contender, scene);
  const { running, browserPid, firstPicture } = stage;
  await stage.move(contender.warmUp ?? WARM_UP_S);
  const port = Number(new URL(running.url).port);
  const before = { load: readLoad(running, browserPid), bytes: await readBytesSent(port) };
  await stage.sightings();
  await stage.move(seconds);
  const after = { load: readLoad(running, browserPid), bytes: await readBytesSent(port) };
  const elapsed = (after.load.time - before.load.time) / 1000;
  const seen = await stage.sightings();
  return {
    probes: Object.fromEntries(
      scene.probes.map(({ name }) => [
        name,
        smoothness(
          seen.filter(({ probe }) => probe === name),
          elapsed,
        ),
      ]),
    ),
    cpu: share(before.load, after.load),
    kbits: (bytesBetween(before.bytes, after.bytes) * 8) / 1000 / elapsed,
    firstPicture,
    memory: readMemory(running),
  };
}
