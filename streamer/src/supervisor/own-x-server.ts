/** An X server of our own that is always there: one display number, one cookie, however often it ends. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Size } from '../display/api.ts';
import { openCappedLog } from './capped-log.ts';
import { Supervised, type SupervisedEvents } from './supervised.ts';
import { addToHome, makeCookie, removeFromHome, writeCookieFile } from './x-cookie.ts';
import { startXServer } from './x-server.ts';

export interface OwnXServerOptions {
  /** `:N`; the first free one if not given. */
  display: string | undefined;
  /** Of its screen. */
  maxSize: Size;
  stateDir: string;
  instance: string;
  events: SupervisedEvents;
  log: Logger;
}

export interface OwnXServer extends AsyncDisposable {
  /** `:N` */
  readonly display: string;
  /** File with its cookie. */
  readonly xauthority: string;
  /** Number of the System V segment that it draws in; another one after a restart. */
  readonly screenSegment: number | undefined;
}

/** @throws Error saying why it does not start and what to do */
export async function openOwnXServer(options: OwnXServerOptions): Promise<OwnXServer> {
  const { stateDir, maxSize, instance, events, log } = options;
  await using stack = new AsyncDisposableStack();
  const xauthority = join(stateDir, 'xauthority');
  const cookie = makeCookie();
  await writeCookieFile(xauthority, cookie);
  const output = await openCappedLog(join(stateDir, 'xserver.log'));
  stack.defer(() => new Promise((resolve) => output.end(resolve)));
  // The first start finds the number, later ones keep it: programs and people know it by then.
  let { display } = options;
  let screenSegment: number | undefined;
  const start = async () => {
    const mark = `${instance}/x-server`;
    const server = await startXServer({ display, maxSize, cookieFile: xauthority, mark, output });
    display = server.display;
    screenSegment = server.screenSegment;
    return server;
  };
  stack.use(await Supervised.start(start, events));
  stack.use(await admitTerminals(display!, cookie, log));
  const parts = stack.move();
  return {
    display: display!,
    xauthority,
    get screenSegment() {
      return screenSegment;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Lets the person's own terminals in. A home that cannot be written to is no reason to have no desktop. */
async function admitTerminals(display: string, cookie: Buffer, log: Logger): Promise<AsyncDisposable> {
  const home = process.env.HOME || homedir();
  try {
    await addToHome(home, display, cookie);
  } catch (error) {
    const reason = (error as Error).message;
    log.warn(
      { reason },
      `terminals of yours cannot use ${display}: its cookie cannot be added to ~/.Xauthority`,
    );
  }
  return { [Symbol.asyncDispose]: () => removeFromHome(home, display).catch(() => {}) };
}
