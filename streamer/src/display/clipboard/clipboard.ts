import { type ClipItem, type ClipOffer, ClipType, MAX_CLIP, offerOf } from '@deskside/protocol';
import { XConnection } from '../x-connection.ts';
import { eventMask, type XEvent } from '../x-protocol.ts';
import { SelectionOwner } from './selection-owner.ts';
import { SelectionReader } from './selection-reader.ts';
import { findTargets, fromSelection, type Targets } from './targets.ts';

export interface ClipboardOptions {
  /** `:N`, a display of this machine. */
  display: string;
  xauthority?: string | undefined;
  /** Whether what is merely selected counts as copied, as X programs do for the middle button. */
  primary: boolean;
  /** A program has copied. */
  onClip(clip: ClipOffer): void;
}

/** PRIMARY's atom is the same everywhere (X11 protocol, appendix B). */
const PRIMARY = 1;
const NOBODY = 0;
const COPY_FROM_PARENT = 0;
const INPUT_ONLY = 2;

/** A program that draws attention by copying again and again must not keep us busy, ms between two readings. */
const REST = 50;

/**
 * The clipboard of an X server, over a connection of its own: large copies hold up neither keys nor the pointer.
 * Answers programs that paste, and tells of those that copy.
 */
export class Clipboard implements AsyncDisposable {
  readonly #x: XConnection;
  readonly #window: number;
  readonly #selections: readonly number[];
  readonly #targets: Targets;
  readonly #reader: SelectionReader;
  readonly #owner: SelectionOwner;
  readonly #onClip: (clip: ClipOffer) => void;
  /** Selection that has changed and was not read yet. */
  #changed: number | undefined;
  #reading = false;

  /** @throws Error that says why there is no connection and what to do */
  static async open({ display, xauthority, primary, onClip }: ClipboardOptions): Promise<Clipboard> {
    const x = await XConnection.open(display, xauthority);
    try {
      const selections = [await x.atom('CLIPBOARD'), ...(primary ? [PRIMARY] : [])];
      return new Clipboard(x, selections, await findTargets(x), onClip);
    } catch (error) {
      await x[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(
    x: XConnection,
    selections: readonly number[],
    targets: Targets,
    onClip: (clip: ClipOffer) => void,
  ) {
    this.#x = x;
    this.#selections = selections;
    this.#targets = targets;
    this.#onClip = onClip;
    this.#window = this.#createWindow();
    this.#reader = new SelectionReader(x, this.#window, targets.meta.INCR);
    this.#owner = new SelectionOwner(x, this.#window, targets);
    x.onEvent((event) => this.#react(event));
    for (const selection of selections) {
      x.fixes.SelectSelectionInput(this.#window, selection, x.fixes.SelectionEventMask.SetSelectionOwner);
    }
    // What was copied before we came.
    this.#changed = selections[0];
    void this.#readChanges();
  }

  /** What programs paste from now on. */
  offer(clip: ClipOffer): void {
    if (!this.#x.open) return;
    this.#changed = undefined;
    for (const selection of this.#selections) this.#owner.offer(selection, clip);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#x[Symbol.asyncDispose]();
  }

  #createWindow(): number {
    const { client, root } = this.#x;
    const window = client.AllocID();
    client.CreateWindow(window, root, -1, -1, 1, 1, 0, COPY_FROM_PARENT, INPUT_ONLY, COPY_FROM_PARENT, {
      eventMask: eventMask.PropertyChange!,
    });
    return window;
  }

  /** XFIXES tells of every new owner; the core protocol's event of this name has no subtype. */
  #react({ name, subtype, owner, selection, selectionTimestamp }: XEvent): void {
    if (name !== 'SelectionNotify' || subtype === undefined || owner === NOBODY) return;
    if (owner === this.#window) {
      this.#owner.confirm(selection!, selectionTimestamp!);
      return;
    }
    this.#changed = selection;
    if (!this.#reading) void this.#readChanges();
  }

  /** One after another, the newest only where they come fast. */
  async #readChanges(): Promise<void> {
    this.#reading = true;
    while (this.#changed !== undefined && this.#x.open) {
      const selection = this.#changed;
      this.#changed = undefined;
      // The X server is gone, or the owner is: there is nothing to tell then.
      const clip = await this.#read(selection).catch(() => []);
      if (clip.length > 0 && this.#changed === undefined) this.#onClip(offerOf(clip));
      await new Promise((resolve) => setTimeout(resolve, REST));
    }
    this.#reading = false;
  }

  async #read(selection: number): Promise<ClipItem[]> {
    const owner = await this.#x.ask<number>((callback) =>
      this.#x.client.GetSelectionOwner(selection, callback),
    );
    if (owner === NOBODY || owner === this.#window) return [];
    const offered = await this.#reader.read(selection, this.#targets.meta.TARGETS);
    if (!offered) return [];
    const atoms = new Set(
      Array.from({ length: offered.byteLength >> 2 }, (_, i) => offered.readUInt32LE(4 * i)),
    );
    const clip: ClipItem[] = [];
    let room = MAX_CLIP;
    for (const type of ClipType.options) {
      const target = this.#targets.of(type).find((atom) => atoms.has(atom));
      const data = target && (await this.#reader.read(selection, target, room));
      if (!data) continue;
      clip.push({ type, data: fromSelection(type, data, target === this.#targets.meta.STRING) });
      room -= data.byteLength;
    }
    return clip;
  }
}
