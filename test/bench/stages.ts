/** Where the time goes between a program that draws and the page that shows it. */
import { launchChromium } from '../support/chromium.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';
import { startBuilt } from './contenders/deskside.ts';
import { pace } from './pacer.ts';
import { collectHandled, listenToWire } from './page-wire.ts';
import { clockOffset, collectSightings, installReader } from './reader.ts';
import { median } from './report.ts';
import { SCREEN, type Scene } from './scenes/scene.ts';

const WARM_UP_S = 2;

/** Medians over all pictures that were seen, ms; together they are what the table calls p50, about. */
export interface Stages {
  scene: string;
  /** From drawn until its pixels were read: damage, and the time until a frame is due. */
  capture: number;
  /** Conversion, encoding, the hop between the processes, and the way to the page. */
  encodeAndSend: number;
  /** Until tiles are drawn or the frame is decoded. */
  decode: number;
  /** Until the repaint that shows it. */
  show: number;
}

export async function measureStages(scene: Scene, seconds: number): Promise<Stages> {
  await using streamer = await startBuilt();
  using x = await XClient.connect(streamer.address);
  const motion = (await scene.prepare(x))!;
  await x.sync();
  await using stack = new AsyncDisposableStack();
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const page = await (await browser.newContext({ viewport: SCREEN })).newPage();
  await installReader(page, scene.probes);
  await listenToWire(page);
  await page.goto(streamer.page({ view: '1:1', transport: 'websocket' }));
  await until('a first picture', async () => (await collectSightings(page)).length > 0);
  const toUnix = (await clockOffset(page)) + performance.timeOrigin;

  let counter = 0;
  const drawn = new Map<number, number>();
  await pace(WARM_UP_S, () => motion(counter++));
  await Promise.all([collectSightings(page), collectHandled(page)]);
  await pace(seconds, () => {
    drawn.set(counter, performance.timeOrigin + performance.now());
    motion(counter++);
  });
  const [sightings, handled] = await Promise.all([collectSightings(page), collectHandled(page)]);
  const pictures = sightings.flatMap((sighting) => {
    const start = drawn.get(sighting.counter);
    // The first that was read after it was drawn is the one that shows it.
    const update = start === undefined ? undefined : handled.find(({ captured }) => captured >= start);
    return update ? [{ start: start!, ...update, seen: sighting.time + toUnix }] : [];
  });
  return {
    scene: scene.name,
    capture: median(pictures.map(({ start, captured }) => captured - start)),
    encodeAndSend: median(pictures.map(({ captured, received }) => received - captured)),
    decode: median(pictures.map(({ received, decoded }) => decoded - received)),
    show: median(pictures.map(({ decoded, seen }) => seen - decoded)),
  };
}
