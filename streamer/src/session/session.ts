/** A desktop and everybody who watches it. Knows interfaces of display, media and connections, no I/O of its own. */
import {
  type FilesOffer,
  type Of,
  type PeerVersion,
  type Person,
  PROTOCOL_VERSION,
  type Role,
  type StreamerMessage,
  type Transport,
  type ViewerMessage,
  versionMismatch,
} from '@deskside/protocol';
import { presetRate, type RatePreset } from '@deskside/protocol/rate-presets';
import type { Logger } from 'pino';
import type { Display, Size } from '../display/api.ts';
import { layoutName } from '../display/layout-name.ts';
import type { Media, StreamRate } from '../media/api.ts';
import type { Microphone, Sound } from '../media/audio/api.ts';
import { version } from '../version.ts';
import type { TraceEvent } from './chrome-trace.ts';
import { type ClipboardPolicy, SharedClipboard } from './clipboard.ts';
import type { Refusal, ViewerConnection } from './connection.ts';
import { createControl } from './control.ts';
import { Departures } from './departures.ts';
import type { Guest } from './guest.ts';
import { HELD_EVERY, Input } from './input.ts';
import { KeyboardFollower } from './keyboard-follower.ts';
import { type Invitations, People } from './people.ts';
import { ScreenWishes } from './screen-wishes.ts';
import { Streams } from './streams.ts';
import { Tracer } from './tracer.ts';
import { Viewer } from './viewer.ts';
import { Visits } from './visits.ts';

/** Something that every viewer should know; the desktop goes on. */
export type Notice = Omit<Of<StreamerMessage, 'notice'>, 'type'>;

export interface SessionOptions {
  /** The desktop's name (`--name`). */
  name: string;
  media: Media;
  display: Display;
  /** Undefined: the desktop is mute. */
  sound?: Sound | undefined;
  /** What those who control the desktop may speak into; undefined: nothing (`--microphone off`). */
  microphone?: Microphone | undefined;
  /** The most that viewers may resize the desktop to. */
  maxSize: Size;
  /** Whether the desktop follows the windows of who controls it. */
  resizable: boolean;
  /** Whether the desktop follows the keyboards of who controls it. Anybody of them may choose a layout by hand. */
  followsKeyboard: boolean;
  rate: StreamRate;
  /** Whether what rests is made exact, which it is if this is not given (`--exact`). */
  sharpens?: boolean;
  /** The one way that pictures may take; undefined: viewers choose. */
  transport?: Transport | undefined;
  /** What of it streams take at first; all if it is not given. */
  quality?: RatePreset | undefined;
  /** Which ways clips may go; none if it is not given. */
  clipboard?: ClipboardPolicy;
  /** What those who control may do with files; undefined: nothing. */
  files?: FilesOffer | undefined;
  /** Links that owners give; undefined: there are none. */
  invitations?: Invitations | undefined;
  /** A visit ends after so long without input, ms; undefined: never. */
  idleLimit?: number | undefined;
  /** A viewer has acknowledged an update so long after its capture, ms. */
  onAcknowledged?(delay: number): void;
  log: Logger;
}

/** Viewers at once: more than a class room, less than what fills the machine with sockets. */
export const MAX_VIEWERS = 64;

/** For a page that has connected again: it has left that line, so nobody reads this. */
const REPLACED: Refusal = {
  reason: 'ended',
  message: 'This page has connected again.',
  remedy: 'Go on there.',
};

/** What it says of itself. */
const STREAMER: PeerVersion = { version: PROTOCOL_VERSION, product: version };

export class Session implements AsyncDisposable {
  readonly #options: SessionOptions;
  readonly #streams: Streams;
  readonly #control: ReturnType<typeof createControl>;
  readonly #clipboard: SharedClipboard;
  readonly #viewers = new Set<Viewer>();
  /** By code: what is still the case, for viewers that join. */
  readonly #notices = new Map<string, Notice>();
  readonly #people: People;
  readonly #visits = new Visits();
  readonly #departures = new Departures();
  readonly #tracer: Tracer;
  readonly #subscription: Disposable;
  readonly #screenWishes: ScreenWishes;
  #joined = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#streams = new Streams(options.media, options.rate);
    if (options.quality) this.#streams.limit(presetRate(options.quality, options.rate));
    this.#control = createControl(options.display);
    this.#tracer = new Tracer(options.media);
    this.#people = new People({
      viewers: () => [...this.#viewers],
      invitations: options.invitations,
      end: (viewer, refusal) => this.#end(viewer, refusal),
      onFailure: (error) => options.log.error({ err: error }, 'what an owner asked for could not be done'),
    });
    this.#screenWishes = new ScreenWishes(options.display, options.maxSize);
    this.#clipboard = new SharedClipboard(options.display, options.clipboard);
    this.#subscription = options.display.on({
      onCursor: (cursor) => {
        for (const viewer of this.#viewers) viewer.showCursor(cursor);
      },
      onSize: ({ width, height }) => this.#broadcast({ type: 'screen', width, height }),
      onLayout: (layout) => this.#broadcast({ type: 'layout', name: layoutName(layout) }),
    });
  }

  /** The role of everybody who is there. */
  get roles(): Role[] {
    return [...this.#viewers].map(({ role }) => role);
  }

  /** Figures of the streams; see Streams. */
  get streams(): Pick<Streams, 'size' | 'skipped' | 'bitrate'> {
    return this.#streams;
  }

  /** Everybody who is there, as they came. */
  get guests(): Guest[] {
    return [...this.#viewers].map(({ guest }) => guest);
  }

  /**
   * What becomes of every picture from now on for so many ms, as Chrome trace events.
   *
   * @throws Error if somebody traces already
   */
  trace(duration: number): Promise<TraceEvent[]> {
    return this.#tracer.record(duration);
  }

  /**
   * What somebody may do now: what an owner gave counts before what they came with.
   *
   * @param visit the secret of their visit, as they say
   */
  roleOf(guest: Guest, visit: string | undefined): Role {
    return this.#visits.roleOf(visit, guest);
  }

  /** Ends the visits of those guests, and tells them why. */
  end(isMeant: (guest: Guest) => boolean, refusal: Refusal): void {
    for (const viewer of [...this.#viewers]) if (isMeant(viewer.guest)) this.#end(viewer, refusal);
  }

  /** Everybody who is there, as their owner sees them. */
  get people(): Person[] {
    return this.#people.all;
  }

  /** How many people watch right now. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** Lets a viewer in, or refuses it on its connection. Dispose of the viewer when its connection is gone. */
  join(connection: ViewerConnection, hello: Of<ViewerMessage, 'hello'>, guest: Guest): Viewer | undefined {
    const visit = this.#visits.begin(hello.visit, guest);
    const role = this.roleOf(guest, visit);
    if (hello.version !== PROTOCOL_VERSION) {
      connection.refuse({ reason: 'version', ...versionMismatch(STREAMER, hello), ...STREAMER });
      return undefined;
    }
    const arrived = this.#replace(hello);
    if (this.#viewers.size >= MAX_VIEWERS) {
      const message = `${MAX_VIEWERS} viewers watch this desktop already, which is the limit.`;
      connection.refuse({ reason: 'full', message, remedy: 'Close another viewer, then try again.' });
      return undefined;
    }
    const id = String(++this.#joined);
    this.#welcome(connection, { id, visit, role, owner: guest.owner, arrived });
    const viewer = this.#admit(connection, hello, { id, visit, role, guest });
    this.#options.log.info(
      { viewer: id, role, credential: guest.credential, viewers: this.viewers },
      'viewer joined',
    );
    this.#people.changed();
    return viewer;
  }

  /** Tells everybody, and whoever joins until it is over. */
  notice(notice: Notice): void {
    if (notice.over) this.#notices.delete(notice.code);
    else this.#notices.set(notice.code, notice);
    this.#broadcast({ type: 'notice', ...notice });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscription[Symbol.dispose]();
    this.#clipboard[Symbol.dispose]();
    this.#people[Symbol.dispose]();
    this.end(() => true, {
      reason: 'ended',
      message: 'The desktop was stopped.',
      remedy: 'Run "deskside start" in the workspace, then reconnect.',
    });
    await this.#streams[Symbol.asyncDispose]();
  }

  /**
   * Ends the viewer whose place another takes: its connection may be dead without anybody knowing.
   *
   * @returns what had arrived of it; undefined: nobody knows
   */
  #replace({ visit, replaces }: Of<ViewerMessage, 'hello'>): number | undefined {
    const old = [...this.#viewers].find((viewer) => viewer.id === replaces && viewer.visit === visit);
    old?.refuse(REPLACED);
    old?.[Symbol.dispose]();
    return this.#departures.arrived({ visit, replaces });
  }

  #welcome(
    connection: ViewerConnection,
    who: { id: string; visit: string; role: Role; owner: boolean; arrived: number | undefined },
  ): void {
    const { id, visit, role, owner, arrived } = who;
    const { width, height } = this.#options.display.size;
    const { transport } = this.#options;
    connection.send({
      type: 'welcome',
      ...STREAMER,
      name: this.#options.name,
      viewer: id,
      visit,
      role,
      owner,
      screen: { width, height },
      resizable: this.#options.resizable,
      heldEvery: HELD_EVERY,
      ...(transport && { transport }),
      ...(arrived !== undefined && { arrived }),
    });
    const { sound, files, display } = this.#options;
    connection.send(this.#rate());
    if (files && role === 'controller') connection.send({ type: 'files', ...files });
    if (display.layout) connection.send({ type: 'layout', name: layoutName(display.layout) });
    if (sound) connection.send({ type: 'sound', channels: sound.channels });
    for (const notice of this.#notices.values()) connection.send({ type: 'notice', ...notice });
  }

  #admit(
    connection: ViewerConnection,
    hello: Of<ViewerMessage, 'hello'>,
    who: { id: string; visit: string; role: Role; guest: Guest },
  ): Viewer {
    const { id, guest } = who;
    const { display, files, rate, sound, microphone, followsKeyboard, log } = this.#options;
    const keyboard = new KeyboardFollower(display, followsKeyboard, (error) =>
      viewer.send({ type: 'notice', level: 'warning', code: 'layout-failed', message: error.message }),
    );
    const viewer: Viewer = new Viewer({
      ...who,
      codecs: hello.codecs,
      rate,
      sharpens: this.#options.sharpens ?? true,
      connection,
      input: new Input({ display, hands: this.#control.join(), keyboard }),
      // Who only watches has nowhere to paste, and is not shown what is merely copied.
      joinClipboard: () => this.#clipboard.join(connection),
      sound,
      microphone,
      onAcknowledged: (delay) => this.#options.onAcknowledged?.(delay),
      subscribe: (subscriber) => this.#streams.subscribe(subscriber),
      onScreenWish: (wish) => {
        if (this.#options.resizable)
          this.#screenWishes.wish(viewer, wish, (error) => tellFailure(viewer, error));
      },
      onLeave: () => {
        this.#viewers.delete(viewer);
        this.#departures.add(viewer);
        this.#screenWishes.withdraw(viewer);
        this.#people.changed();
        log.info({ viewer: id, viewers: this.viewers }, 'viewer left');
      },
      onRole: (changed) => {
        this.#visits.give(viewer.visit, guest, changed);
        const isViewer = changed === 'viewer';
        if (isViewer) this.#screenWishes.withdraw(viewer);
        if (files) connection.send({ type: 'files', ...files, ...(isViewer && { in: false, out: false }) });
        this.#people.changed();
        log.info({ viewer: id, role: changed }, 'viewer has another role');
      },
      onControl: () => this.#people.acted(viewer),
      onOwnerMessage: (message) => this.#people.receive(viewer, message),
      onRateWish: (wish) => this.#limitRate(wish),
      idleLimit: this.#options.idleLimit,
      trace: this.#tracer.follow(id),
    });
    this.#viewers.add(viewer);
    if (display.cursor) viewer.showCursor(display.cursor);
    return viewer;
  }

  /** What video may take, within the operator's limits. */
  #limitRate({ bitrate, fps }: StreamRate): void {
    const most = this.#options.rate;
    this.#streams.limit({ bitrate: Math.min(bitrate, most.bitrate), fps: Math.min(fps, most.fps) });
    this.#broadcast(this.#rate());
  }

  #rate(): Of<StreamerMessage, 'rate'> {
    return { type: 'rate', ...this.#streams.rate, most: this.#options.rate };
  }

  #end(viewer: Viewer, refusal: Refusal): void {
    this.#visits.forget(viewer.visit);
    viewer.refuse(refusal);
    // Not when the socket has closed: a peer that answers nothing would stay for a while.
    viewer[Symbol.dispose]();
  }

  #broadcast(message: StreamerMessage): void {
    for (const viewer of this.#viewers) viewer.send(message);
  }
}

function tellFailure(viewer: Viewer, { message }: Error): void {
  viewer.send({ type: 'notice', level: 'warning', code: 'resize-failed', message });
}
