/** One viewer: what its messages do, within its role. */
import {
  type Acknowledgement,
  BinaryType,
  type CursorShape,
  decodeAcknowledgement,
  decodePointer,
  decodePointerMotion,
  decodeWheel,
  encodeCursorShape,
  type Of,
  type Pointer,
  type PointerMotion,
  ProtocolError,
  parseViewerMessage,
  peekPictureUpdate,
  type Role,
  type ViewerMessage,
  type Wheel,
} from '@deskside/protocol';
import type { Display } from '../display/api.ts';
import type { StreamFormat, StreamRate } from '../media/api.ts';
import type { Microphone, Sound } from '../media/audio/api.ts';
import type { ClipboardAccess } from './clipboard.ts';
import { streamerTime } from './clock.ts';
import type { ViewerConnection } from './connection.ts';
import type { Hands } from './control.ts';
import { createFlow, type Flow } from './flow.ts';
import type { Guest } from './guest.ts';
import type { KeyboardFollower } from './keyboard-follower.ts';
import type { ScreenWish } from './screen-wishes.ts';
import type { Subscriber, Subscription } from './streams.ts';
import { Voice } from './voice.ts';

/** `held` is to be repeated at least this often while a key is down, ms. */
export const HELD_EVERY = 500;

/** After this long without a word about what is held, it is released, ms: two heartbeats may be late. */
const HELD_SILENCE = 3 * HELD_EVERY;

export interface ViewerOptions {
  /** For logs and for people who share a desktop. */
  id: string;
  guest: Guest;
  codecs: readonly string[];
  /** What a stream may cost at most. */
  rate: StreamRate;
  connection: ViewerConnection;
  display: Display;
  hands: Hands & Disposable;
  keyboard: KeyboardFollower;
  /** Where clips come from and go to; undefined: nowhere. */
  clipboard: ClipboardAccess | undefined;
  /** Undefined: the desktop is mute. */
  sound: Sound | undefined;
  /** What it may speak into; undefined: nothing. */
  microphone: Microphone | undefined;
  /** An update was acknowledged so long after its capture, ms. */
  onAcknowledged(delay: number): void;
  subscribe(subscriber: Subscriber): Subscription | undefined;
  onScreenWish(wish: ScreenWish): void;
  onLeave(): void;
}

export class Viewer implements Subscriber, Disposable {
  readonly id: string;
  readonly guest: Guest;
  readonly role: Role;
  readonly codecs: readonly string[];
  readonly flow: Flow;
  readonly #connection: ViewerConnection;
  readonly #display: Display;
  readonly #hands: Hands & Disposable;
  readonly #keyboard: KeyboardFollower;
  readonly #clipboard: ClipboardAccess | undefined;
  readonly #sound: Sound | undefined;
  readonly #voice: Voice;
  readonly #onScreenWish: ViewerOptions['onScreenWish'];
  readonly #onAcknowledged: ViewerOptions['onAcknowledged'];
  /** When the updates under way were captured, by id. */
  readonly #captured = new Map<number, number>();
  readonly #onLeave: ViewerOptions['onLeave'];
  readonly #subscription: Subscription | undefined;
  readonly #silence: NodeJS.Timeout;
  #listening: Disposable | undefined;
  #stream = -1;
  #pointerSequence: number | undefined;
  #left = false;

  constructor(options: ViewerOptions) {
    this.id = options.id;
    this.guest = options.guest;
    this.role = options.guest.role;
    this.codecs = options.codecs;
    this.flow = createFlow(options.rate);
    this.#connection = options.connection;
    this.#display = options.display;
    this.#hands = options.hands;
    this.#keyboard = options.keyboard;
    this.#clipboard = options.clipboard;
    this.#sound = options.sound;
    this.#voice = new Voice(options.microphone, options.connection);
    this.#onScreenWish = options.onScreenWish;
    this.#onAcknowledged = options.onAcknowledged;
    this.#onLeave = options.onLeave;
    this.#silence = setTimeout(() => this.#hands.release(), HELD_SILENCE);
    this.#subscription = options.subscribe(this);
  }

  /**
   * A message of the viewer, text or bytes.
   *
   * @throws ProtocolError if it does not follow the protocol; nothing has happened then
   */
  receive(data: string | Uint8Array): void {
    if (this.#left) return;
    if (typeof data === 'string') this.#receiveMessage(parseViewerMessage(data));
    else this.#receiveBinary(data);
  }

  /** A key frame is to come soon, and updates go on until then. */
  refresh(): void {
    this.#subscription?.refresh();
  }

  /** The viewer cannot go on from what it has: nothing more before a key frame. */
  restart(): void {
    this.#subscription?.restart();
  }

  showCursor(cursor: CursorShape): void {
    this.#connection.sendBinary(encodeCursorShape(cursor));
  }

  send(message: Parameters<ViewerConnection['send']>[0]): void {
    this.#connection.send(message);
  }

  refuse(refusal: Parameters<ViewerConnection['refuse']>[0]): void {
    this.#connection.refuse(refusal);
  }

  onFormat(format: StreamFormat): void {
    this.#stream = format.stream;
    this.#captured.clear();
    this.#connection.send({ type: 'stream', ...format });
  }

  onUpdate(update: Uint8Array): void {
    const { id, captureTime } = peekPictureUpdate(update);
    this.#captured.set(id, captureTime);
    this.#connection.sendUpdate(update);
  }

  onNoStream(reason: 'codec' | 'full', message: string): void {
    const remedy =
      reason === 'codec'
        ? 'Run "deskside doctor" in the workspace: it names the encoders that are missing.'
        : 'Close another viewer, or use the same browser as the others.';
    this.#connection.refuse({ reason, message, remedy });
  }

  [Symbol.dispose](): void {
    if (this.#left) return;
    this.#left = true;
    clearTimeout(this.#silence);
    this.#hands[Symbol.dispose]();
    this.#clipboard?.[Symbol.dispose]();
    this.#subscription?.[Symbol.dispose]();
    this.#listening?.[Symbol.dispose]();
    this.#voice[Symbol.dispose]();
    this.#onLeave();
  }

  #receiveMessage(message: ViewerMessage): void {
    switch (message.type) {
      case 'hello':
        throw new ProtocolError('a second hello');
      case 'ping':
        this.#connection.send({ type: 'pong', time: message.time, streamerTime: streamerTime() });
        break;
      case 'key-frame':
        this.restart();
        break;
      case 'listen':
        this.#listen(message.on);
        break;
      case 'speak':
        this.#voice.speak(message.on);
        break;
      case 'clipboard':
      case 'clipboard-received':
        this.#clipboard?.receive(message);
        break;
      case 'webrtc-request':
      case 'webrtc-answer':
      case 'use-transport':
        this.#connection.signal(message);
        break;
      default:
        if (this.role === 'controller') this.#control(message);
    }
  }

  #listen(on: boolean): void {
    this.#listening?.[Symbol.dispose]();
    this.#listening = on ? this.#sound?.listen((packet) => this.#connection.sendSound(packet)) : undefined;
  }

  #control(
    message: Of<ViewerMessage, 'key' | 'text' | 'locks' | 'layout' | 'held' | 'release' | 'resize'>,
  ): void {
    switch (message.type) {
      case 'key':
        this.#hands.key(message.code, message.down, message.key);
        if (message.down && message.key !== undefined) this.#keyboard.typed(message.code, message.key);
        this.#heard();
        break;
      case 'locks':
        this.#display.syncLocks(message);
        break;
      case 'layout':
        this.#keyboard.told(message);
        break;
      case 'text':
        this.#display.text(message.text);
        break;
      case 'held':
        this.#hands.keepOnly(message.codes);
        this.#heard();
        break;
      case 'release':
        this.#hands.release();
        break;
      case 'resize':
        this.#onScreenWish(message);
        break;
    }
  }

  #receiveBinary(bytes: Uint8Array): void {
    switch (bytes[0]) {
      case BinaryType.Acknowledgement:
        this.#acknowledge(decodeAcknowledgement(bytes));
        break;
      case BinaryType.Pointer:
        this.#movePointer(decodePointer(bytes));
        break;
      case BinaryType.PointerMotion:
        this.#movePointerBy(decodePointerMotion(bytes));
        break;
      case BinaryType.Wheel:
        this.#turnWheel(decodeWheel(bytes));
        break;
      case BinaryType.AudioPacket:
        this.#voice.receive(bytes);
        break;
      case BinaryType.ClipPart:
        this.#clipboard?.receiveBinary(bytes);
        break;
      default:
        throw new ProtocolError(`unknown binary message ${bytes[0] ?? '(empty)'}`);
    }
  }

  #acknowledge({ stream, id, received }: Acknowledgement): void {
    if (stream !== this.#stream) return;
    this.#measure(id);
    this.#connection.acknowledged(id);
    this.flow.acknowledged(id, received, streamerTime());
    this.#subscription?.resume();
  }

  /** Everything before an update is there with it. */
  #measure(id: number): void {
    const captureTime = this.#captured.get(id);
    if (captureTime === undefined) return;
    this.#onAcknowledged(streamerTime() - captureTime);
    for (const earlier of this.#captured.keys()) {
      this.#captured.delete(earlier);
      if (earlier === id) return;
    }
  }

  #movePointer({ sequence, x, y, buttons }: Pointer): void {
    if (this.role !== 'controller' || this.#isOld(sequence)) return;
    this.#pointerSequence = sequence;
    const { width, height } = this.#display.size;
    this.#display.movePointer(Math.min(x, width - 1), Math.min(y, height - 1));
    this.#hands.buttons(buttons);
    this.#heard();
  }

  /** Sequence numbers wrap (RFC 1982): what is less than half the range ahead is newer. */
  #isOld(sequence: number): boolean {
    return this.#pointerSequence !== undefined && ((sequence - this.#pointerSequence) | 0) <= 0;
  }

  #movePointerBy({ dx, dy, buttons }: PointerMotion): void {
    if (this.role !== 'controller') return;
    this.#display.movePointerBy(dx, dy);
    this.#hands.buttons(buttons);
    this.#heard();
  }

  #turnWheel({ dx, dy }: Wheel): void {
    if (this.role === 'controller') this.#display.wheel(dx, dy);
  }

  /** The viewer told what it holds: the silence starts anew. */
  #heard(): void {
    if (this.#hands.holding) this.#silence.refresh();
  }
}
