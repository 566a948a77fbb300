import { connect, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import {
  type Callback,
  createClient,
  type Extensions,
  type Property,
  type RandR,
  type XClient,
  type XDisplay,
  type XEvent,
  type XFixes,
  type Xkb,
  type XTest,
} from './x-protocol.ts';
import { type Cookie, findCookie } from './xauthority.ts';

/** An X server that accepts a connection but says nothing is stuck, ms. */
const SETUP_TIMEOUT = 5000;

/** WM_TRANSIENT_FOR: up to it, atoms are the same everywhere (X11 protocol, appendix B). */
const LAST_PREDEFINED_ATOM = 68;

/** Longest property that is read, 32-bit words. */
const MAX_PROPERTY = 0x40000;
const ANY_TYPE = 0;

/** One connection to one X server, with the extensions that the display needs. */
export class XConnection implements AsyncDisposable {
  readonly client: XClient;
  readonly root: number;
  /** Number of the screen. */
  readonly screen: number;
  readonly minKeycode: number;
  readonly maxKeycode: number;
  readonly xtest: XTest;
  readonly fixes: XFixes;
  readonly randr: RandR;
  readonly xkb: Xkb;
  /** Settles when the X server is gone or this connection was closed. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting = new Set<(reason: Error) => void>();

  private constructor(socket: Socket, display: XDisplay, screen: number, extensions: Loaded) {
    this.client = display.client;
    // The library shares what it learns of atoms among all its connections, but a new X server numbers them anew.
    this.client.atoms = Object.fromEntries(
      Object.entries(display.client.atoms).filter(([, atom]) => atom <= LAST_PREDEFINED_ATOM),
    );
    this.screen = screen;
    this.root = display.screen[screen]!.root;
    this.minKeycode = display.min_keycode;
    this.maxKeycode = display.max_keycode;
    this.xtest = extensions.xtest;
    this.fixes = extensions.fixes;
    this.randr = extensions.randr;
    this.xkb = extensions.xkb;
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const reject of this.#waiting) reject(new Error('The X server is gone'));
        this.#waiting.clear();
        resolve();
      });
    });
  }

  /**
   * @param display `:N` or `:N.S`, a display of this machine
   * @param xauthority file with the cookie; without it `$XAUTHORITY` or `~/.Xauthority`
   * @throws Error that says why the X server lets nobody in and what to do
   */
  static async open(display: string, xauthority?: string): Promise<XConnection> {
    const { number, screen } = parseDisplay(display);
    const cookie = await findCookie(number, xauthority);
    const socket = await connectSocket(number, display);
    try {
      const setup = await Promise.race([
        handshake(socket, display, cookie),
        after(SETUP_TIMEOUT, undefined, { ref: false }).then(() => {
          throw new Error(`The X server of display ${display} does not answer. Restart it.`);
        }),
      ]);
      if (!setup.screen[screen]) {
        throw new Error(`Display ${display} has no screen ${screen}. Leave out ".${screen}".`);
      }
      const [xtest, fixes, randr, xkb] = await Promise.all([
        needed(setup.client, 'xtest', 'XTEST', display),
        needed(setup.client, 'fixes', 'XFIXES', display),
        needed(setup.client, 'randr', 'RANDR', display),
        needed(setup.client, 'xkb', 'XKEYBOARD', display),
      ]);
      // A program that grabs the whole X server must not hold up what people type.
      xtest.GrabControl(true);
      return new XConnection(socket, setup, screen, { xtest, fixes, randr, xkb });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  get open(): boolean {
    return !this.#socket.destroyed;
  }

  /** One request and its reply; rejects with the X error, or when the server goes away meanwhile. */
  ask<T>(request: (callback: Callback<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.open) return reject(new Error('The X server is gone'));
      this.#waiting.add(reject);
      request((error, result) => {
        this.#waiting.delete(reject);
        if (error) reject(error);
        else resolve(result);
        return true;
      });
    });
  }

  /** Settles when the X server has dealt with everything sent so far. */
  async sync(): Promise<void> {
    await this.ask((callback) => this.client.GetInputFocus(callback));
  }

  /** The number of an atom, made if there is none of that name. */
  atom(name: string): Promise<number> {
    return this.ask((callback) => this.client.InternAtom(false, name, callback));
  }

  /** Bytes of a window's property, empty without it; a megabyte at most. */
  async property(window: number, name: number): Promise<Buffer> {
    const { data } = await this.ask<Property>((callback) =>
      this.client.GetProperty(0, window, name, ANY_TYPE, 0, MAX_PROPERTY, callback),
    );
    return data;
  }

  /** The process of this machine that made a window, if the X server tells. */
  async processOf(window: number): Promise<number | undefined> {
    const xres = await extension(this.client, 'res').catch(() => undefined);
    if (!xres) return undefined;
    const [answer] = await this.ask<{ value: number[] }[]>((callback) =>
      xres.QueryClientIds([{ client: window, mask: xres.ClientIdMask.LocalClientPID }], callback),
    );
    return answer?.value[0];
  }

  onEvent(listener: (event: XEvent) => void): void {
    this.client.on('event', listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.open) this.client.terminate();
    this.#socket.destroySoon();
    await this.closed;
  }
}

type Loaded = Pick<Extensions, 'xtest' | 'fixes' | 'randr' | 'xkb'>;

/** @throws Error if `display` is not one of this machine */
export function parseDisplay(display: string): { number: number; screen: number } {
  const match = /^(?:unix)?:(\d{1,5})(?:\.(\d{1,2}))?$/.exec(display);
  if (!match) {
    throw new Error(
      `"${display}" is no display of this machine. Give its number after a colon, such as ":0".`,
    );
  }
  return { number: Number(match[1]), screen: Number(match[2] ?? 0) };
}

function connectSocket(number: number, display: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(`/tmp/.X11-unix/X${number}`);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
    socket.once('error', fail);
    function fail({ message }: Error): void {
      reject(
        new Error(
          `No X server answers as display ${display} (${message}). ` +
            'Those that run are listed by "ls /tmp/.X11-unix".',
        ),
      );
    }
  });
}

function handshake(socket: Socket, display: string, cookie: Cookie): Promise<XDisplay> {
  return new Promise((resolve, reject) => {
    const client = createClient(
      { display, stream: socket, auth: cookie, bufferRequests: true },
      (error, setup) => (error ? reject(error) : resolve(setup)),
    );
    // The server's refusal comes as this event, and so does every later error of a request without a reply, such as
    // one for a window that has gone meanwhile. Those need no answer.
    client.on('error', (error) => reject(refused(display, error)));
  });
}

function refused(display: string, { message }: Error): Error {
  return new Error(
    `The X server of display ${display} lets nobody in without its cookie (${message.trim()}). ` +
      'Set XAUTHORITY to the cookie file of whoever started it.',
  );
}

function extension<N extends keyof Extensions>(client: XClient, name: N): Promise<Extensions[N]> {
  return new Promise((resolve, reject) => {
    client.require(name, (error, loaded) => (error ? reject(error) : resolve(loaded)));
  });
}

async function needed<N extends keyof Extensions>(
  client: XClient,
  name: N,
  xName: string,
  display: string,
): Promise<Extensions[N]> {
  return extension(client, name).catch(({ message }: Error) => {
    throw new Error(
      `The X server of display ${display} has no ${xName} extension (${message}). ` +
        `Start it with "+extension ${xName}".`,
    );
  });
}
