import type { ClipOffer, CursorShape } from '@deskside/protocol';
import type { Layout, Size } from './api.ts';
import { Clipboard } from './clipboard/clipboard.ts';
import { CursorWatch } from './cursor.ts';
import { DensitySetting } from './density-setting.ts';
import { InputQueue } from './input-queue.ts';
import { Keyboard } from './keyboard.ts';
import { Pointer } from './pointer.ts';
import { readLayout, setLayout } from './set-layout.ts';
import { ScreenSize } from './size.ts';
import { XConnection } from './x-connection.ts';

export interface LiveDisplayOptions {
  display: string;
  xauthority?: string | undefined;
  maxSize: Size;
  /** `off`: nothing is copied or pasted. */
  clipboard: 'off' | 'clipboard' | 'clipboard-and-primary';
  onCursor(shape: CursorShape): void;
  onClip(clip: ClipOffer): void;
  onSize(size: Size): void;
  /** Something that was asked for earlier could not be done. */
  onFailure(error: Error): void;
}

/** Everything of one X server while one connection to it lasts. */
export class LiveDisplay implements AsyncDisposable {
  readonly #x: XConnection;
  /** For programs that are started to change this X server. */
  readonly #environment: NodeJS.ProcessEnv;
  readonly #queue = new InputQueue(() => this.releaseAll());
  readonly #keyboard: Keyboard;
  readonly #pointer: Pointer;
  readonly screen: ScreenSize;
  readonly density: DensitySetting;
  /** What keys meant when the connection was made. */
  readonly layout: Layout | undefined;
  readonly clipboard: Clipboard | undefined;

  /** @throws Error that says why there is no connection and what to do */
  static async open(options: LiveDisplayOptions): Promise<LiveDisplay> {
    const x = await XConnection.open(options.display, options.xauthority);
    try {
      const screen = await ScreenSize.open(x, options.maxSize, options.onSize);
      const density = await DensitySetting.open(x, options.onFailure);
      const keyboard = await Keyboard.open(x);
      const layout = await readLayout(x);
      const clipboard = await openClipboard(options);
      const live = new LiveDisplay(x, environmentFor(options), {
        screen,
        density,
        layout,
        keyboard,
        clipboard,
      });
      new CursorWatch(x, options.onCursor);
      return live;
    } catch (error) {
      await x[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(
    x: XConnection,
    environment: NodeJS.ProcessEnv,
    parts: Pick<LiveDisplay, 'screen' | 'density' | 'layout' | 'clipboard'> & { keyboard: Keyboard },
  ) {
    this.#x = x;
    this.#environment = environment;
    this.screen = parts.screen;
    this.density = parts.density;
    this.layout = parts.layout;
    this.clipboard = parts.clipboard;
    this.#keyboard = parts.keyboard;
    this.#pointer = new Pointer(x);
  }

  /** Settles when the X server is gone. */
  get closed(): Promise<void> {
    return this.#x.closed;
  }

  /** As for `Display.rest`. */
  get rest(): number {
    return this.#queue.busy ? 0 : performance.now() - this.#keyboard.pressedAt;
  }

  /** What is done to the pointer or the keyboard, after all that was done before. */
  input(job: (devices: { pointer: Pointer; keyboard: Keyboard }) => void | Promise<void>): void {
    if (this.#x.open) this.#queue.run(() => job({ pointer: this.#pointer, keyboard: this.#keyboard }));
  }

  /** @throws Error if there is no such layout, or the program that sets it is missing */
  setLayout(layout: Layout): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.run(async () => {
        await setLayout(layout, this.#environment).then(resolve, reject);
        await this.#keyboard.reload();
      });
    });
  }

  releaseAll(): void {
    this.input(({ pointer, keyboard }) => {
      pointer.setButtons(0);
      keyboard.releaseAll();
    });
  }

  /** Lifts what is held: an X server keeps it down after its client has gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#pointer.setButtons(0);
    this.#keyboard.releaseAll();
    await this.clipboard?.[Symbol.asyncDispose]();
    await this.#x[Symbol.asyncDispose]();
  }
}

async function openClipboard(options: LiveDisplayOptions): Promise<Clipboard | undefined> {
  const { display, xauthority, clipboard, onClip } = options;
  if (clipboard === 'off') return undefined;
  return Clipboard.open({ display, xauthority, primary: clipboard === 'clipboard-and-primary', onClip });
}

function environmentFor({ display, xauthority }: LiveDisplayOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DISPLAY: display,
    ...(xauthority !== undefined && { XAUTHORITY: xauthority }),
  };
}
