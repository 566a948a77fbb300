import {
  CLOSE_CODE,
  type Of,
  type PeerVersion,
  PROTOCOL_VERSION,
  ProtocolError,
  parseStreamerMessage,
  type RefusalReason,
  type Role,
  type StreamerMessage,
  type ViewerMessage,
} from '@deskside/protocol';
import { t } from '../words/words.ts';
import { ClockOffset, now } from './clock.ts';
import { Emitter } from './emitter.ts';
import { explainVersions, tellVersions } from './explain-versions.ts';
import { Heartbeat } from './heartbeat.ts';
import { hello } from './hello.ts';
import { listen } from './listen.ts';
import { explainNoCodecs } from './media/no-codecs.ts';
import { reconnectDelay } from './reconnect-policy.ts';
import type { Transport, TransportEvents } from './transports/transport.ts';
import type { Visit } from './visit.ts';

/** Why the streamer does not let us in, or not any more. */
export interface Refusal {
  reason: RefusalReason;
  message: string;
  remedy: string;
}

export type ConnectionState =
  | { name: 'connecting' }
  /** `viewer`: this one among the people who are there; `owner`: the desktop is theirs. */
  | { name: 'live'; desktop: string; role: Role; viewer: string; owner: boolean }
  /** `retryAt`: when the next attempt starts, ms as `performance.now()`; in the past while one is under way. */
  | { name: 'reconnecting'; retryAt: number }
  /** Closed for good until `connect()`; `message` says by whom. `reason` is that of the streamer, if it was that. */
  | { name: 'ended'; message: string; reason?: RefusalReason }
  | ({ name: 'refused' } & Refusal);

export interface ConnectionEvents {
  state: ConnectionState;
  welcome: Of<StreamerMessage, 'welcome'>;
  /** Every other text message of a live connection. */
  message: StreamerMessage;
  binary: Uint8Array<ArrayBuffer>;
}

export interface ConnectionOptions {
  /** Opens one way to the desktop. */
  open(events: TransportEvents): Transport;
  token?: string | undefined;
  /** Codec strings that this browser decodes, best first. */
  codecs: readonly string[];
  visit: Visit;
}

/** What ends a visit that was welcome until then. */
const ENDS: readonly RefusalReason[] = ['ended', 'idle', 'removed'];

/** How long one attempt may take until it counts as failed, ms. */
const ATTEMPT_TIMEOUT = 15_000;

/** Keeps one desktop connected: says hello, answers to silence and to broken ways, connects again. */
export class Connection implements Disposable {
  readonly events = new Emitter<ConnectionEvents>();
  readonly clock = new ClockOffset();
  readonly visit: Visit;
  readonly #options: ConnectionOptions;
  readonly #heartbeat = new Heartbeat({
    ask: () => this.#send({ type: 'ping', time: now() }),
    onSilence: () => this.#lost(),
  });
  readonly #listeners = new DisposableStack();
  #state: ConnectionState = { name: 'ended', message: t('state.not-yet') };
  #transport: Transport | undefined;
  /** The viewer that was here until the connection was lost. */
  #lostViewer: string | undefined;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** What the streamer said of itself last. */
  #streamer: PeerVersion | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.visit = options.visit;
    if (typeof window === 'object') {
      this.#listeners.use(listen(window, 'online', () => this.retryNow()));
      this.#listeners.use(listen(window, ['online', 'offline'], () => this.check()));
    }
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Starts anew, whatever was before. */
  connect(): void {
    this.#drop();
    this.#lostViewer = undefined;
    this.#failures = 0;
    if (this.#options.codecs.length === 0) {
      this.#refuse({ reason: 'codec', ...explainNoCodecs() });
      return;
    }
    this.#setState({ name: 'connecting' });
    this.#open();
  }

  /** Does not wait for the next attempt any longer. */
  retryNow(): void {
    if (this.#state.name !== 'reconnecting' || this.#transport) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  /** Ends the connection until the next `connect()`. */
  disconnect(message = t('ended.by-you')): void {
    this.#drop();
    this.#setState({ name: 'ended', message });
  }

  send(message: ViewerMessage): void {
    this.#send(message);
    this.#heartbeat.moved();
  }

  sendBinary(bytes: Uint8Array<ArrayBuffer>): void {
    this.#transport?.send(bytes);
    this.#heartbeat.moved();
  }

  /** Takes a message, also one that came another way than the WebSocket. */
  receive(message: string | Uint8Array<ArrayBuffer>): void {
    this.#guard(() => {
      if (typeof message === 'string') this.#receiveMessage(parseStreamerMessage(message));
      else {
        this.#heartbeat.moved();
        this.events.emit('binary', message);
      }
    });
  }

  [Symbol.dispose](): void {
    this.#listeners.dispose();
    this.disconnect();
  }

  /** The network seems to have changed: finds out quickly whether the streamer is still there. */
  check(): void {
    if (this.#state.name === 'live') this.#heartbeat.doubt();
  }

  #send(message: ViewerMessage): void {
    this.#transport?.send(JSON.stringify(message));
  }

  #open(): void {
    this.#retry = setTimeout(() => this.#lost(), ATTEMPT_TIMEOUT);
    this.#transport = this.#options.open({
      onOpen: () => this.#hello(),
      onMessage: (message) => this.#received(message),
      onClose: (code, reason) => this.#closed(code, reason),
    });
  }

  #hello(): void {
    const { token, codecs } = this.#options;
    this.#send(hello({ token, codecs, visit: this.visit.secret, replaces: this.#lostViewer }));
  }

  #received(data: string | ArrayBuffer): void {
    this.#heartbeat.heard();
    this.receive(typeof data === 'string' ? data : new Uint8Array(data));
  }

  #guard(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#refuse({
        reason: 'message',
        message: t('unreadable.text', { what: error.message }),
        remedy: this.#streamer
          ? `${tellVersions(this.#streamer)} ${t('unreadable.remedy')}`
          : t('unreadable.remedy'),
      });
    }
  }

  #receiveMessage(message: StreamerMessage): void {
    if (message.type !== 'pong') this.#heartbeat.moved();
    switch (message.type) {
      case 'welcome':
        this.#welcome(message);
        break;
      case 'refused':
        this.#refuse({ ...message, ...(hasVersion(message) && explainVersions(message)) });
        break;
      case 'pong':
        this.clock.add(message.time, now(), message.streamerTime);
        this.events.emit('message', message);
        break;
      case 'role':
        if (this.#state.name === 'live') this.#setState({ ...this.#state, role: message.role });
        break;
      default:
        this.events.emit('message', message);
    }
  }

  #welcome(welcome: Of<StreamerMessage, 'welcome'>): void {
    if (welcome.version !== PROTOCOL_VERSION) {
      this.#refuse({ reason: 'version', ...explainVersions(welcome) });
      return;
    }
    this.#streamer = { version: welcome.version, product: welcome.product };
    clearTimeout(this.#retry);
    this.#failures = 0;
    this.visit.secret = welcome.visit;
    this.events.emit('welcome', welcome);
    const { name: desktop, role, viewer, owner = false } = welcome;
    this.#setState({ name: 'live', desktop, role, viewer, owner });
    this.#heartbeat.start();
  }

  #closed(code: number, reason: string): void {
    const refused = (Object.keys(CLOSE_CODE) as RefusalReason[]).find((name) => CLOSE_CODE[name] === code);
    if (!refused) {
      this.#lost();
      return;
    }
    this.#refuse({ reason: refused, message: reason || t('refused.closed'), remedy: '' });
  }

  #refuse({ reason, message, remedy }: Refusal): void {
    this.#drop();
    if (ENDS.includes(reason)) this.#setState({ name: 'ended', message, reason });
    else this.#setState({ name: 'refused', reason, message, remedy });
  }

  #lost(): void {
    if (this.#state.name === 'live') this.#lostViewer = this.#state.viewer;
    this.#drop();
    const delay = reconnectDelay(this.#failures++, Math.random());
    this.#retry = setTimeout(() => this.#open(), delay);
    this.#setState({ name: 'reconnecting', retryAt: performance.now() + delay });
  }

  #drop(): void {
    clearTimeout(this.#retry);
    this.#heartbeat.stop();
    this.#transport?.[Symbol.dispose]();
    this.#transport = undefined;
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.events.emit('state', state);
  }
}

/** Told by those who refuse for it. */
function hasVersion(refused: Of<StreamerMessage, 'refused'>): refused is typeof refused & PeerVersion {
  return refused.version !== undefined;
}
