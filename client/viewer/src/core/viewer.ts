import {
  BinaryType,
  decodeCursorShape,
  type FilesOffer,
  MAX_CLIP,
  type Of,
  ProtocolError,
  type StreamerMessage,
  type ViewerMessage,
} from '@deskside/protocol';
import { t } from '../words/words.ts';
import { Microphone, type MicrophoneProblem } from './audio/microphone.ts';
import { playsPackets } from './audio/packet-player.ts';
import { SoundPlayer } from './audio/sound-player.ts';
import type { TextClipboard } from './clipboard/browser-clipboard.ts';
import { Clipboard } from './clipboard/clipboard.ts';
import { KeyGate } from './clipboard/key-gate.ts';
import { Connection, type ConnectionState } from './connection.ts';
import { withTrailingSlash } from './desktop-address.ts';
import { Emitter } from './emitter.ts';
import { Hands } from './input/hands.ts';
import { People } from './people.ts';
import { Picture, type Presented } from './picture/picture.ts';
import { Screen } from './screen.ts';
import { type Measured, Meter, type Statistics } from './statistics.ts';
import { OrderedLine } from './transports/ordered-line.ts';
import { socketAddress } from './transports/socket-address.ts';
import type { TransportWish } from './transports/transport-choice.ts';
import { Ways } from './transports/ways.ts';
import { openWebSocket } from './transports/websocket.ts';
import type { Size, View } from './view.ts';
import { Visit } from './visit.ts';
import { WindowFollower } from './window-follower.ts';

export type Notice = Of<StreamerMessage, 'notice'>;
export type { FilesOffer } from '@deskside/protocol';

export type Rate = Pick<Of<StreamerMessage, 'rate'>, 'bitrate' | 'fps' | 'most'>;

export interface ViewerEvents {
  state: ConnectionState;
  /** The first picture of a connection is on the screen. */
  picture: undefined;
  stats: Statistics;
  notice: Notice;
  /** What this viewer may do with files; undefined: nothing. */
  files: FilesOffer | undefined;
  /** What video may take, and the operator's limits. */
  rate: Rate;
  /** The visit ends for lack of use in so many ms; undefined: no more. */
  idle: number | undefined;
}

export interface ViewerOptions {
  /** Filled by the picture; takes pointer and keys. */
  container: HTMLElement;
  /** The desktop's address, `http:` or `https:`; a path without a trailing slash gets one. */
  desktop: URL;
  /** Where no cookie carries it. */
  token?: string | undefined;
  transport: TransportWish;
  codecs: readonly string[];
  createWorker(): Worker;
  /** Address of the bundled audio/worklet.ts. */
  soundWorklet(): string;
  /** A key or a press that is the page's own: true if it acted on it. */
  onShortcut(event: KeyboardEvent | PointerEvent): boolean;
  /** Takes the place of the browser's clipboard. */
  clipboard?: TextClipboard | undefined;
}

/** One desktop in one element: picture out, pointer and keys in. */
export class Viewer implements Disposable {
  readonly events = new Emitter<ViewerEvents>();
  readonly sound: SoundPlayer;
  readonly microphone: Microphone;
  readonly clipboard: Clipboard;
  readonly hands: Hands;
  readonly people: People;
  readonly #connection: Connection;
  readonly #screen: Screen;
  readonly #picture: Picture;
  readonly #ways: Ways;
  readonly #input: OrderedLine;
  readonly #follower: WindowFollower;
  readonly #resources = new DisposableStack();
  readonly #meter = new Meter((measured) => this.#tellStatistics(measured));
  #stream: Of<StreamerMessage, 'stream'> | undefined;
  #waitsForPicture = true;
  /** Of the desktop; a stream's sides may be a pixel longer, since they are even. */
  #desktopSize: Size = { width: 0, height: 0 };
  #rate: Rate | undefined;
  #measured: Measured = { fps: 0, latency: undefined, bitrate: 0 };
  #mayResize = false;
  #wantedSize: 'window' | Size | undefined;
  #desktopLayout: string | undefined;

  constructor(options: ViewerOptions) {
    const resources = this.#resources;
    const desktop = withTrailingSlash(options.desktop);
    const address = socketAddress(desktop, options.token !== undefined);
    this.#screen = resources.use(new Screen(options.container));
    this.#connection = resources.use(
      new Connection({
        open: (events) => openWebSocket(address, events),
        token: options.token,
        codecs: options.codecs,
        visit: new Visit(desktop),
      }),
    );
    const sendBinary = (bytes: Uint8Array<ArrayBuffer>): void => this.#connection.sendBinary(bytes);
    const send = (message: ViewerMessage): void => this.#connection.send(message);
    this.#picture = resources.use(
      new Picture({
        parent: this.#screen.stage,
        createWorker: options.createWorker,
        sendBinary: (bytes) => {
          if (!this.#ways.send(bytes)) sendBinary(bytes);
        },
        requestKeyFrame: () => send({ type: 'key-frame' }),
        onPresented: (update) => this.#presented(update),
        onTiles: (tiles) => this.hands.drawn(tiles),
        onShown: (transport) => this.#ways.shown(transport),
      }),
    );
    this.#ways = resources.use(
      new Ways({
        desktop,
        wish: options.transport,
        soundAsTrack: !playsPackets(),
        send,
        onTrack: (track) => {
          if (track.kind === 'audio') this.sound.useTrack(track);
          else this.#picture.useTrack(track);
        },
        onBoth: (both) => this.#picture.comesBothWays(both),
        onMessage: (message) => this.#connection.receive(message),
        onLeft: () => this.#input.quickWayBroke(),
        onInterrupted: () => this.#connection.check(),
      }),
    );
    const input = resources.use(
      new OrderedLine({
        sendSafely: sendBinary,
        sendQuickly: (bytes) => this.#ways.send(bytes),
        sendLoosely: (bytes) => this.#ways.sendLoosely(bytes),
      }),
    );
    this.#input = input;
    this.people = new People(send);
    this.#follower = resources.use(new WindowFollower({ element: options.container, send }));
    this.sound = resources.use(new SoundPlayer({ send, worklet: options.soundWorklet }));
    this.microphone = resources.use(new Microphone({ send, sendBinary, worklet: options.soundWorklet }));
    this.microphone.events.on('problem', (problem) => this.#tellOfMicrophone(problem));
    const gate = new KeyGate((message) => input.send(message));
    this.clipboard = resources.use(
      new Clipboard({
        onTooLarge: () =>
          this.#warn('clip-too-large', t('clipboard.too-large', { most: MAX_CLIP / 1024 / 1024 })),
        target: this.#screen.keyTarget,
        gate,
        embedder: options.clipboard,
        send: (message) => input.sendBulk(message),
        sendBinary: (bytes) => input.sendBulk(bytes),
      }),
    );
    this.hands = resources.use(
      new Hands({
        element: options.container,
        screen: this.#screen,
        send: (message) => gate.send(message),
        sendBinary: (bytes) => input.sendBinary(bytes),
        sendPointer: (bytes) => input.sendPointer(bytes),
        onShortcut: options.onShortcut,
        onPaste: () => this.clipboard.beforePaste(),
      }),
    );
    resources.use(this.#meter);
    this.#connection.events.on('state', (state) => this.#changeState(state));
    this.#connection.events.on('welcome', (welcome) => this.#welcome(welcome));
    this.#connection.events.on('message', (message) => this.#receive(message));
    this.#connection.events.on('binary', (bytes) => this.#receiveBinary(bytes));
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Names this visit in requests of its page; undefined before the first welcome. */
  get visit(): string | undefined {
    return this.#connection.visit.secret;
  }

  set view(view: View) {
    this.#screen.view = view;
  }

  /** The way that pictures are to take from now on. */
  set transport(wish: TransportWish) {
    this.#ways.wish = wish;
  }

  /** Whether the desktop may follow the window: the streamer allows it, and this viewer controls. */
  get resizable(): boolean {
    const { state } = this;
    return this.#mayResize && state.name === 'live' && state.role === 'controller';
  }

  /** What the desktop is to have, where it may: the size of the window or a fixed one; undefined: what it has. */
  set desktopSize(wanted: 'window' | Size | undefined) {
    this.#wantedSize = wanted;
    this.#follow();
  }

  /** The layout that the desktop has now, as XKB names it; undefined: unknown. */
  get desktopLayout(): string | undefined {
    return this.#desktopLayout;
  }

  /** What was measured last, by the way that pictures take now; undefined while there are none. */
  get statistics(): Statistics | undefined {
    if (this.state.name !== 'live' || !this.#stream) return undefined;
    const { encoder, codec } = this.#stream;
    const { roundTrip } = this.#connection.clock;
    return {
      ...this.#measured,
      roundTrip,
      way: this.#ways.current,
      encoder,
      codec,
      ...this.#screen.size,
    };
  }

  /** What video may take now; undefined before the streamer has told. */
  get rate(): Rate | undefined {
    return this.#rate;
  }

  /** What video may take from now on, kbit/s and frames per second; for controllers. */
  setRate(bitrate: number, fps: number): void {
    this.#connection.send({ type: 'set-rate', bitrate, fps });
  }

  /** The person did something in the page around the desktop: the visit is not idle. */
  active(): void {
    this.#connection.send({ type: 'active' });
  }

  connect(): void {
    this.#connection.connect();
  }

  disconnect(): void {
    this.#connection.disconnect();
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  /** Whether statistics come each second also while nothing moves. */
  set steadyStatistics(steady: boolean) {
    this.#meter.steady = steady;
  }

  /** From now on keys go to the desktop. */
  focus(): void {
    this.hands.focus();
  }

  [Symbol.dispose](): void {
    this.#resources.dispose();
  }

  #welcome(welcome: Of<StreamerMessage, 'welcome'>): void {
    const { screen, heldEvery, name, resizable, transport, arrived } = welcome;
    this.#screen.size = this.#desktopSize = screen;
    this.#screen.label = name;
    this.hands.heldEvery = heldEvery;
    this.#waitsForPicture = true;
    this.#input.restart(arrived);
    this.events.emit('files', undefined);
    this.#mayResize = resizable === true;
    this.#ways.start(transport);
  }

  #warn(code: string, message: string): void {
    this.events.emit('notice', { type: 'notice', level: 'warning', code, message });
  }

  #changeState(state: ConnectionState): void {
    this.#follow();
    this.hands.decide = state.name === 'live' && state.role === 'controller';
    if (state.name !== 'live') {
      this.#input.interrupt();
      this.hands.forgetAll();
      this.clipboard.restart();
      this.#ways.stop();
      this.people.forget();
      if (state.name === 'ended' || state.name === 'refused') this.microphone.turnOff();
      this.microphone.disconnected();
    }
    this.events.emit('state', state);
  }

  #follow(): void {
    this.#follower.active = this.resizable && this.#wantedSize === 'window';
    if (!this.resizable || typeof this.#wantedSize !== 'object') return;
    this.#connection.send({ type: 'resize', ...this.#wantedSize, scale: 1 });
  }

  #receive(message: StreamerMessage): void {
    switch (message.type) {
      case 'stream':
        this.#stream = message;
        this.#screen.size = withoutPadding(message, this.#desktopSize);
        this.#picture.configure(message);
        break;
      case 'screen':
        this.#desktopSize = message;
        break;
      case 'arrived':
        this.#input.arrived(message.number);
        break;
      case 'layout':
        this.#desktopLayout = message.name;
        break;
      case 'notice':
        this.events.emit('notice', message);
        break;
      case 'files':
        this.events.emit('files', message.in || message.out ? message : undefined);
        break;
      case 'clipboard-policy':
      case 'clipboard':
      case 'clipboard-received':
        this.clipboard.receive(message);
        break;
      case 'people':
      case 'invited':
        this.people.receive(message);
        break;
      case 'rate':
        this.#rate = message;
        this.events.emit('rate', message);
        break;
      case 'idle':
        this.events.emit('idle', message.endsIn);
        break;
      case 'sound':
        this.sound.offered(message);
        break;
      case 'microphone':
        this.microphone.receive(message);
        break;
      case 'pong':
        this.#ways.receive(message);
        this.#meter.tellAtRest();
        break;
      default:
        this.#ways.receive(message);
    }
  }

  #receiveBinary(bytes: Uint8Array<ArrayBuffer>): void {
    this.#meter.received(bytes.byteLength);
    const type = bytes[0];
    switch (type) {
      case BinaryType.PictureUpdate:
        this.#picture.receive(bytes);
        break;
      case BinaryType.AudioPacket:
        this.sound.receive(new Uint8Array(bytes));
        break;
      case BinaryType.CursorShape:
        this.#screen.cursor = decodeCursorShape(bytes);
        break;
      case BinaryType.ClipPart:
        this.clipboard.receiveBinary(bytes);
        break;
      default:
        throw new ProtocolError(`unknown binary message ${type ?? '(empty)'}`);
    }
  }

  #presented({ captureTime, presented }: Presented): void {
    const { offset } = this.#connection.clock;
    this.#meter.presented(offset === undefined ? undefined : presented + offset - captureTime);
    if (!this.#waitsForPicture) return;
    this.#waitsForPicture = false;
    this.events.emit('picture', undefined);
  }

  #tellOfMicrophone(problem: MicrophoneProblem | undefined): void {
    const notice = { type: 'notice', level: 'warning', code: 'microphone', message: '' } as const;
    this.events.emit('notice', problem ? { ...notice, ...problem } : { ...notice, over: true });
  }

  #tellStatistics(measured: Measured): void {
    this.#measured = measured;
    const { statistics } = this;
    if (statistics) this.events.emit('stats', statistics);
  }
}

/** Changes of the size and of the stream come one after the other: meanwhile the size is that of the stream. */
function withoutPadding(coded: Size, desktop: Size): Size {
  const isPadded = (side: number, of: number): boolean => side === of || side === of + 1;
  const padded = isPadded(coded.width, desktop.width) && isPadded(coded.height, desktop.height);
  return padded ? desktop : coded;
}
