/** A real X server and a client that draws. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Rectangle } from '@deskside/protocol';
import x11, { type XClient } from 'x11';

const Z_PIXMAP = 2;
const DEPTH = 24;
const PAPER = 0xfbfbf8;
const INK = 0x202428;

/** An Xvfb of its own, at a display number that was free. */
export class TestDisplay implements AsyncDisposable {
  static async start(size = '640x480', extra: readonly string[] = []): Promise<TestDisplay> {
    const server = spawn(
      'Xvfb',
      ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-noreset', ...extra],
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
    );
    let printed = '';
    server.stderr!.on('data', (data: Buffer) => {
      printed += data;
    });
    const [number] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
    const display = `:${number.toString().trim()}`;
    const connection = await connect(display);
    const segment = / shmid (\d+)/.exec(printed)?.[1];
    return new TestDisplay(display, server, connection, segment === undefined ? undefined : Number(segment));
  }

  /** An Xvfb that draws in memory that others can attach to, and that is larger than its screen as with `--max-size`. */
  static async startShared(width: number, height: number): Promise<TestDisplay> {
    const display = await TestDisplay.start(`${width + 160}x${height + 90}`, ['-shmem']);
    await display.resize(width, height);
    return display;
  }

  readonly name: string;
  /** Number of the System V segment that it draws in, if others can attach to it. */
  readonly segment: number | undefined;
  readonly #server: ChildProcess;
  readonly #client: XClient;
  readonly #root: number;
  readonly #context: number;

  private constructor(
    name: string,
    server: ChildProcess,
    connection: { client: XClient; root: number },
    segment: number | undefined,
  ) {
    this.name = name;
    this.segment = segment;
    this.#server = server;
    this.#client = connection.client;
    this.#root = connection.root;
    this.#context = this.#client.AllocID();
    // IncludeInferiors: as if windows were not there.
    this.#client.CreateGC(this.#context, this.#root, { subwindowMode: 1 });
  }

  /** Fills a rectangle with a colour, 0xRRGGBB; done when the X server is. */
  async fill({ x, y, width, height }: Rectangle, colour: number): Promise<void> {
    this.#client.ChangeGC(this.#context, { foreground: colour });
    this.#client.PolyFillRectangle(this.#root, this.#context, [x, y, width, height]);
    await this.#client.sync();
  }

  /** Moves what is in a rectangle, as scrolling does. */
  async copy({ x, y, width, height }: Rectangle, toX: number, toY: number): Promise<void> {
    this.#client.CopyArea(this.#root, this.#root, this.#context, x, y, toX, toY, width, height);
    await this.#client.sync();
  }

  /** Fills a rectangle with noise that is the same for the same seed. */
  noise(rectangle: Rectangle, seed: number): Promise<void> {
    const random = generator(seed);
    return this.#put(rectangle, () => random() >>> 8);
  }

  /** Fills a rectangle with what looks like lines of text, 13 pixels each, the same for the same seed. */
  text(rectangle: Rectangle, seed: number): Promise<void> {
    const random = generator(seed);
    return this.#put(rectangle, (y) => (y % 13 < 9 && random() >>> 30 === 0 ? INK : PAPER));
  }

  async #put({ x, y, width, height }: Rectangle, colour: (y: number) => number): Promise<void> {
    const data = Buffer.alloc(width * height * 4);
    for (let i = 0; i < width * height; i++) data.writeUInt32LE(colour(Math.floor(i / width)), i * 4);
    this.#client.PutImage(Z_PIXMAP, this.#root, this.#context, width, height, x, y, 0, DEPTH, data);
    await this.#client.sync();
  }

  /** Moves the pointer, which looks like an arrow from now on. */
  async showPointer(x: number, y: number): Promise<void> {
    const [font, cursor] = [this.#client.AllocID(), this.#client.AllocID()];
    this.#client.OpenFont(font, 'cursor');
    this.#client.CreateGlyphCursor(cursor, font, font, 68, 69, { R: 0, G: 0, B: 0 }, { R: 0, G: 0, B: 0 });
    this.#client.ChangeWindowAttributes(this.#root, { cursor });
    this.#client.WarpPointer(0, this.#root, 0, 0, 0, 0, x, y);
    await this.#client.sync();
  }

  /** Gives the screen another size, at most the one that it began with. */
  async resize(width: number, height: number): Promise<void> {
    const xrandr = (...args: string[]) => promisify(execFile)('xrandr', ['--display', this.name, ...args]);
    const mode = `${width}x${height}`;
    const timings = [width, height].flatMap((side) => [side, side + 1, side + 2, side + 3]);
    await xrandr('--newmode', mode, '60', ...timings.map(String));
    await xrandr('--addmode', 'screen', mode);
    await xrandr('--output', 'screen', '--mode', mode);
  }

  /** Has the X server serve nobody else, as some programs do while they show a menu, until it is disposed. */
  async grab(): Promise<Disposable> {
    this.#client.GrabServer();
    await this.#client.sync();
    return { [Symbol.dispose]: () => this.#client.UngrabServer() };
  }

  /** Ends the X server as a crash would. */
  kill(): void {
    this.#server.kill('SIGKILL');
  }

  /** What the X server shows, a word of 0xRRGGBB for each pixel. */
  pixels({ x, y, width, height }: Rectangle): Promise<Uint32Array> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, image: { data: Buffer }) => {
        if (error) return reject(error);
        const words = new Uint32Array(width * height);
        for (let i = 0; i < words.length; i++) words[i] = image.data.readUInt32LE(i * 4) & 0xffffff;
        resolve(words);
      };
      this.#client.GetImage(Z_PIXMAP, this.#root, x, y, width, height, 0xffffffff, done);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.on('error', () => {});
    this.#client.terminate();
    if (this.#server.exitCode !== null || this.#server.signalCode !== null) return;
    const exit = once(this.#server, 'exit');
    this.#server.kill();
    await exit;
    // Gone already, if anybody attached to it.
    if (this.segment !== undefined) spawnSync('ipcrm', ['--shmem-id', String(this.segment)]);
  }
}

function connect(display: string): Promise<{ client: XClient; root: number }> {
  return new Promise((resolve, reject) => {
    x11.createClient({ display }, (error, connection) => {
      if (error) reject(error);
      else resolve({ client: connection.client, root: connection.screen[0]!.root });
    });
  });
}

/** A linear congruential generator (Numerical Recipes' constants). */
function generator(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}
