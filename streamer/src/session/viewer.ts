/** One viewer: what its messages do, within its role. */
import {
  type Acknowledgement,
  BinaryType,
  type CursorShape,
  decodeAcknowledgement,
  decodeFleeting,
  decodeNumbered,
  decodePointer,
  decodePointerMotion,
  decodeWheel,
  encodeCursorShape,
  type Of,
  ProtocolError,
  parseViewerMessage,
  peekPictureUpdate,
  type Role,
  type ViewerMessage,
} from '@deskside/protocol';
import type { StreamFormat, StreamRate } from '../media/api.ts';
import type { Microphone, Sound } from '../media/audio/api.ts';
import { ArrivalNotice } from './arrival-notice.ts';
import type { ClipboardAccess } from './clipboard.ts';
import { streamerTime } from './clock.ts';
import type { Refusal, ViewerConnection } from './connection.ts';
import { createFlow, type Flow } from './flow.ts';
import type { Guest } from './guest.ts';
import { IdleWatch } from './idle-watch.ts';
import type { Input, InputMessage } from './input.ts';
import { MessageOrder } from './message-order.ts';
import type { PacketFeedback } from './packet-feedback.ts';
import type { OwnerMessage } from './people.ts';
import type { ScreenWish } from './screen-wishes.ts';
import type { Subscriber, Subscription } from './streams.ts';
import type { ViewerTrace } from './tracer.ts';
import { Voice } from './voice.ts';

const IDLE: Refusal = {
  reason: 'idle',
  message: 'Nobody used the keyboard or the pointer for a while.',
  remedy: 'Connect again: the desktop goes on.',
};

/** Whether somebody did something; what pages send by themselves does not count. */
function isInput({ type }: ViewerMessage): boolean {
  return type === 'key' || type === 'text' || type === 'set-rate';
}

export interface ViewerOptions {
  /** For logs and for people who share a desktop. */
  id: string;
  guest: Guest;
  /** Names the visit. */
  visit: string;
  /** What they may do at first. */
  role: Role;
  codecs: readonly string[];
  /** What a stream may cost at most. */
  rate: StreamRate;
  /** Whether what rests is made exact. */
  sharpens: boolean;
  connection: ViewerConnection;
  /** Keyboard and pointer, for controllers. */
  input: Input;
  /** Takes part in the common clipboard, which is for controllers. */
  joinClipboard(): ClipboardAccess;
  /** Undefined: the desktop is mute. */
  sound: Sound | undefined;
  /** What it may speak into; undefined: nothing. */
  microphone: Microphone | undefined;
  /** An update was acknowledged so long after its capture, ms. */
  onAcknowledged(delay: number): void;
  subscribe(subscriber: Subscriber): Subscription | undefined;
  onScreenWish(wish: ScreenWish): void;
  /** The viewer has another role. */
  onRole(role: Role): void;
  /** A controller used the keyboard or the pointer. */
  onControl(): void;
  onRateWish(wish: StreamRate): void;
  /** Takes the times of its pictures. */
  trace: ViewerTrace;
  /** Of an owner only. */
  onOwnerMessage(message: OwnerMessage): void;
  /** The visit ends after so long without input, ms; undefined: never. */
  idleLimit: number | undefined;
  onLeave(): void;
}

export class Viewer implements Subscriber, Disposable {
  readonly id: string;
  readonly guest: Guest;
  readonly visit: string;
  /** When they came, ms since the Unix epoch. */
  readonly since = Date.now();
  readonly codecs: readonly string[];
  readonly flow: Flow;
  readonly #connection: ViewerConnection;
  readonly #input: Input;
  readonly #options: ViewerOptions;
  readonly #idle: IdleWatch | undefined;
  #role: Role;
  #clipboard: ClipboardAccess | undefined;
  readonly #sound: Sound | undefined;
  #voice: Voice;
  readonly #onScreenWish: ViewerOptions['onScreenWish'];
  readonly #onAcknowledged: ViewerOptions['onAcknowledged'];
  /** When the updates under way were captured, the oldest first. */
  readonly #captured: { id: number; captureTime: number }[] = [];
  readonly #onLeave: ViewerOptions['onLeave'];
  readonly #order = new MessageOrder();
  readonly #subscription: Subscription | undefined;
  #listening: Disposable | undefined;
  readonly #notice = new ArrivalNotice(() => {
    this.#connection.send({ type: 'arrived', number: this.#order.arrived });
  });
  #stream = -1;
  #left = false;

  constructor(options: ViewerOptions) {
    this.id = options.id;
    this.guest = options.guest;
    this.#options = options;
    this.visit = options.visit;
    this.#role = options.role;
    this.codecs = options.codecs;
    this.flow = createFlow(options.rate, options.sharpens);
    this.#connection = options.connection;
    this.#input = options.input;
    if (this.#role === 'controller') this.#clipboard = options.joinClipboard();
    this.#sound = options.sound;
    this.#voice = this.#giveVoice();
    this.#onScreenWish = options.onScreenWish;
    this.#onAcknowledged = options.onAcknowledged;
    this.#onLeave = options.onLeave;
    this.#subscription = options.subscribe(this);
    this.#idle = options.idleLimit === undefined ? undefined : this.#watchIdle(options.idleLimit);
  }

  get role(): Role {
    return this.#role;
  }

  /** Everything up to this number has arrived, of what the viewer numbers. */
  get arrived(): number {
    return this.#order.arrived;
  }

  /** Gives or takes the keyboard, the clipboard and all else that controllers have. */
  setRole(role: Role): void {
    if (role === this.#role || this.#left) return;
    this.#role = role;
    this.#connection.send({ type: 'role', role });
    if (role === 'controller') this.#clipboard = this.#options.joinClipboard();
    else this.#takeControl();
    this.#voice.withdraw();
    this.#voice = this.#giveVoice();
    this.#options.onRole(role);
  }

  /**
   * A message of the viewer, text or bytes.
   *
   * @param isSafe it came over the WebSocket, where nothing is lost or overtaken
   * @throws ProtocolError if it does not follow the protocol; nothing has happened then
   */
  receive(data: string | Uint8Array, isSafe = false): void {
    if (this.#left) return;
    if (typeof data === 'string') this.#receiveMessage(parseViewerMessage(data));
    else this.#receiveBinary(data, isSafe);
  }

  /** A key frame is to come soon, and updates go on until then. */
  refresh(): void {
    this.#subscription?.refresh();
  }

  /** What is under way was sent again: when word of it comes tells nothing. */
  sentAgain(): void {
    this.flow.reset();
    this.#subscription?.resume();
  }

  /** The viewer cannot go on from what it has: nothing more before a key frame. */
  restart(): void {
    this.#subscription?.restart();
  }

  /** What became of packets of this viewer, where its transport knows. */
  packetsArrived(packets: readonly PacketFeedback[]): void {
    this.flow.packets(packets, streamerTime());
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
    this.#captured.length = 0;
    this.#connection.send({ type: 'stream', ...format });
  }

  onUpdate(update: Uint8Array): void {
    const { id, captureTime } = peekPictureUpdate(update);
    this.#captured.push({ id, captureTime });
    this.#options.trace.sent(update);
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
    this.#idle?.[Symbol.dispose]();
    this.#notice[Symbol.dispose]();
    this.#input[Symbol.dispose]();
    this.#clipboard?.[Symbol.dispose]();
    this.#subscription?.[Symbol.dispose]();
    this.#listening?.[Symbol.dispose]();
    this.#voice[Symbol.dispose]();
    this.#onLeave();
  }

  /** Only those who control may speak. */
  #giveVoice(): Voice {
    const { microphone, connection } = this.#options;
    return new Voice(this.#role === 'controller' ? microphone : undefined, connection);
  }

  #takeControl(): void {
    this.#input.release();
    this.#clipboard?.[Symbol.dispose]();
    this.#clipboard = undefined;
    this.#connection.send({ type: 'clipboard-policy', in: false, out: false });
  }

  #watchIdle(limit: number): IdleWatch {
    return new IdleWatch(limit, {
      onWarning: (endsIn) => this.#connection.send({ type: 'idle', endsIn }),
      onReturn: () => this.#connection.send({ type: 'idle' }),
      onIdle: () => {
        this.#connection.refuse(IDLE);
        this[Symbol.dispose]();
      },
    });
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
      case 'active':
        this.#idle?.active();
        break;
      case 'set-role':
      case 'end-viewer':
      case 'invite':
      case 'revoke-link':
        this.#idle?.active();
        if (this.guest.owner) this.#options.onOwnerMessage(message);
        break;
      case 'clipboard':
      case 'clipboard-received':
        this.#clipboard?.receive(message);
        break;
      case 'webrtc-request':
      case 'webrtc-answer':
      case 'webrtc-candidate':
      case 'use-transport':
      case 'transport-shown':
        this.#connection.signal(message);
        break;
      default:
        if (isInput(message)) this.#idle?.active();
        if (this.#role === 'controller') this.#control(message);
    }
  }

  #listen(on: boolean): void {
    this.#listening?.[Symbol.dispose]();
    this.#listening = on ? this.#sound?.listen((packet) => this.#connection.sendSound(packet)) : undefined;
  }

  #control(message: InputMessage | Of<ViewerMessage, 'resize' | 'set-rate'>): void {
    if (isInput(message)) this.#options.onControl();
    switch (message.type) {
      case 'resize':
        this.#onScreenWish(message);
        break;
      case 'set-rate':
        this.#options.onRateWish(message);
        break;
      default:
        this.#input.receive(message);
    }
  }

  #receiveBinary(bytes: Uint8Array, isSafe: boolean): void {
    switch (bytes[0]) {
      case BinaryType.Acknowledgement:
        this.#acknowledge(decodeAcknowledgement(bytes));
        break;
      case BinaryType.Pointer: {
        const pointer = decodePointer(bytes);
        if (this.#mayPoint()) this.#input.movePointer(pointer);
        break;
      }
      case BinaryType.PointerMotion: {
        const motion = decodePointerMotion(bytes);
        if (this.#mayPoint()) this.#input.movePointerBy(motion);
        break;
      }
      case BinaryType.Wheel: {
        const wheel = decodeWheel(bytes);
        if (this.#mayPoint()) this.#input.turnWheel(wheel);
        break;
      }
      case BinaryType.AudioPacket:
        this.#voice.receive(bytes);
        break;
      case BinaryType.Numbered:
        this.#receiveNumbered(bytes, isSafe);
        break;
      case BinaryType.Fleeting:
        for (const message of this.#order.addFleeting(decodeFleeting(bytes))) this.receive(message);
        break;
      case BinaryType.ClipPart:
        this.#clipboard?.receiveBinary(bytes);
        break;
      default:
        throw new ProtocolError(`unknown binary message ${bytes[0] ?? '(empty)'}`);
    }
  }

  #receiveNumbered(bytes: Uint8Array, isSafe: boolean): void {
    for (const message of this.#order.add(decodeNumbered(bytes))) this.receive(message);
    this.#notice.came(bytes.byteLength, isSafe);
  }

  #acknowledge(acknowledgement: Acknowledgement): void {
    const { stream, id, received } = acknowledgement;
    if (stream !== this.#stream) return;
    this.#options.trace.acknowledged(acknowledgement);
    this.#measure(id);
    this.#connection.acknowledged(id);
    this.flow.acknowledged(id, received, streamerTime());
    this.#subscription?.resume();
  }

  /** Everything before an update is there with it. */
  #measure(id: number): void {
    const index = this.#captured.findIndex((update) => update.id === id);
    if (index < 0) return;
    this.#onAcknowledged(streamerTime() - this.#captured[index]!.captureTime);
    this.#captured.splice(0, index + 1);
  }

  /** Whoever moves the pointer is there, also where it moves nothing. */
  #mayPoint(): boolean {
    this.#idle?.active();
    if (this.#role !== 'controller') return false;
    this.#options.onControl();
    return true;
  }
}
