import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium, launchChromiumIn } from '../support/chromium.ts';
import type { Lab } from '../support/lab/lab.ts';
import { processTree } from '../support/process.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';
import type { Contender, Running } from './contenders/contender.ts';
import { pace } from './pacer.ts';
import { clockOffset, collectSightings, installReader, readAfterDrawing } from './reader.ts';
import type { Motion, Scene } from './scenes/scene.ts';
import { SCREEN } from './scenes/scene.ts';
import { COUNTERS } from './time-code.ts';

/** A picture that the page showed. */
export interface Seen {
  probe: string;
  /** When it was drawn, ms as `performance.now()`. */
  drawn: number;
  /** When it was seen, on the same clock. */
  seen: number;
}

/** Nobody is there to click on "play", which some ask for. */
const FLAGS = ['--autoplay-policy=no-user-gesture-required'];

/** A contender that shows a scene to a browser which reads what it sees. */
export class Stage implements AsyncDisposable {
  readonly running: Running;
  readonly page: Page;
  readonly browserPid: number;
  /** From the beginning of the navigation until every probe was seen, ms. */
  readonly firstPicture: number;
  readonly x: XClient;
  #motion: Motion;
  readonly #clockOffset: number;
  /** When each counter was drawn last. */
  readonly #drawn = new Map<number, number>();
  #counter = 0;
  readonly #stack: AsyncDisposableStack;

  /** @param lab the network between the two; without one both are on this machine */
  static async open(contender: Contender, scene: Scene, lab?: Lab): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const running = stack.use(await contender.start(lab, scene.screen));
    const x = stack.use(await XClient.connect(running.address));
    const motion = await scene.prepare(x);
    await x.sync();
    const browser = await (lab ? launchChromiumIn(lab, FLAGS) : launchChromium(FLAGS));
    stack.defer(() => browser.close());
    const browserPid = newestBrowser();
    const context = await browser.newContext({ viewport: scene.screen ?? SCREEN });
    await context.addCookies(running.cookies ?? []);
    const page = await context.newPage();
    await installReader(page, scene.probes);
    await settled(browserPid);
    await page.goto(running.url);
    const firstPicture = await firstSightings(page, scene);
    await withoutNetworkEvents(page);
    if (contender.clicked) await page.mouse.click(300, 600);
    const offset = await clockOffset(page);
    return new Stage({ running, page, browserPid, firstPicture, x }, motion, offset, stack.move());
  }

  private constructor(
    parts: Pick<Stage, 'running' | 'page' | 'browserPid' | 'firstPicture' | 'x'>,
    motion: Motion,
    offset: number,
    stack: AsyncDisposableStack,
  ) {
    this.running = parts.running;
    this.page = parts.page;
    this.browserPid = parts.browserPid;
    this.firstPicture = parts.firstPicture;
    this.x = parts.x;
    this.#motion = motion;
    this.#clockOffset = offset;
    this.#stack = stack;
  }

  /** Goes on with another scene, which has its probe at the same place. */
  async show(scene: Scene): Promise<void> {
    this.#motion = await scene.prepare(this.x);
    this.#drawn.clear();
    await this.x.sync();
  }

  /** Draws for so long what the scene draws. Where nothing moves nobody looks: that alone has a browser work. */
  async move(seconds: number): Promise<void> {
    const motion = this.#motion;
    if (!motion) {
      await using _reader = await readAfterDrawing(this.page);
      await sleep(seconds * 1000);
      return;
    }
    await pace(seconds, () => {
      const counter = this.#counter++ % COUNTERS;
      this.#drawn.set(counter, performance.now());
      motion(counter);
    });
  }

  /** What was seen since the last call, in order. */
  async sightings(): Promise<Seen[]> {
    const sightings = await collectSightings(this.page);
    return sightings.flatMap(({ probe, counter, time }) => {
      const drawn = this.#drawn.get(counter);
      return drawn === undefined ? [] : [{ probe, drawn, seen: time + this.#clockOffset }];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/**
 * Playwright has the browser tell it of each WebSocket frame with all that is in it, of pages and their workers, and has no
 * switch for that. No person's browser does: a page that is sent its pictures so would be measured with that work.
 */
async function withoutNetworkEvents(page: Page): Promise<void> {
  const { _connection: connection } = page as unknown as PlaywrightPage;
  const { _sessions: sessions } = connection.toImpl(page).delegate._networkManager;
  // A worker may have ended meanwhile, and its session with it.
  await Promise.allSettled([...sessions.keys()].map((session) => session.send('Network.disable')));
}

/** What of Playwright's own parts leads to its sessions of the DevTools protocol. */
interface PlaywrightPage {
  _connection: { toImpl(page: Page): { delegate: { _networkManager: { _sessions: Sessions } } } };
}
type Sessions = Map<{ send(method: string): Promise<unknown> }, unknown>;

/** Waits until a browser that was just launched has nothing left to do: a person's has been running for hours. */
async function settled(browserPid: number): Promise<void> {
  const used = () => processTree(browserPid).reduce((total, { cpu }) => total + cpu, 0);
  await until('the browser to come to rest', async () => {
    const before = used();
    await sleep(200);
    return used() - before <= 10;
  });
}

/** @returns when the last of the probes was seen first, ms since the navigation began */
async function firstSightings(page: Page, scene: Scene): Promise<number> {
  const seen = new Map<string, number>();
  await until(`a first picture in scene ${scene.name}`, async () => {
    for (const { probe, time } of await collectSightings(page)) {
      if (!seen.has(probe)) seen.set(probe, time);
    }
    return seen.size === scene.probes.length;
  });
  return Math.max(...seen.values());
}

/**
 * The browser's first process; Playwright does not tell which it is, but speaks with it over a pipe. A child of it that
 * has not become what it is to be looks the same.
 */
function newestBrowser(): number {
  const alike = processTree(process.pid).filter(
    ({ command }) => command.includes('--remote-debugging-pipe') && !command.includes('--type='),
  );
  return alike.filter(({ parent }) => !alike.some(({ pid }) => pid === parent)).at(-1)!.pid;
}
