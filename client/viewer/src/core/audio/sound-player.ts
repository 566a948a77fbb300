import type { Of, StreamerMessage, ViewerMessage } from '@deskside/protocol';
import { Emitter } from '../emitter.ts';
import { listen } from '../listen.ts';
import { playsPackets } from './packet-player.ts';
import { SoundOutput } from './sound-output.ts';

/**
 * `none`: the desktop is mute. `unsupported`: this browser cannot play it. `waiting`: for a click or a key, without
 * which browsers keep pages silent. `on`, `muted`: as the person wants it.
 */
export type SoundState = 'none' | 'unsupported' | 'waiting' | 'on' | 'muted';

export interface SoundPlayerOptions {
  send(message: ViewerMessage): void;
  /** Address of the bundled worklet.ts. */
  worklet(): string;
}

/** What lets a page sound, in every browser; a click's own handlers still see it waiting. */
const GESTURES = ['pointerup', 'click', 'keydown'];

/** RTP's Opus has no more (RFC 7587 section 6.1). */
const TRACK_CHANNELS = 2;

/** The desktop's sound as a person wants it. Asks for it only while they hear it. */
export class SoundPlayer implements Disposable {
  readonly events = new Emitter<{ state: SoundState }>();
  readonly #options: SoundPlayerOptions;
  readonly #resources = new DisposableStack();
  #channels: number | undefined;
  #muted = false;
  #volume = 1;
  #output: SoundOutput | undefined;
  /** By which the sound comes where packets cannot be played. */
  #track: MediaStreamTrack | undefined;
  #opening = false;
  /** The browser refused what it seemed to be able to do. */
  #refused = false;
  #disposed = false;

  constructor(options: SoundPlayerOptions) {
    this.#options = options;
    this.#resources.use(listen(window, GESTURES, () => void this.#open(), { capture: true, passive: true }));
  }

  get state(): SoundState {
    if (this.#channels === undefined) return 'none';
    if (!this.#canPlay || this.#refused) return 'unsupported';
    if (this.#muted) return 'muted';
    return this.#output ? 'on' : 'waiting';
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    void this.#open();
    this.#changed();
  }

  /** 0 to 1. */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = volume;
    this.#output?.setVolume(volume);
  }

  /** The streamer has sound to offer; each connection says so anew. */
  offered({ channels }: Of<StreamerMessage, 'sound'>): void {
    if (this.#channels !== channels) this.#close();
    this.#channels = channels;
    if (navigator.userActivation?.hasBeenActive) void this.#open();
    this.#changed();
  }

  receive(bytes: Uint8Array): void {
    this.#output?.play(bytes);
  }

  /** The desktop's sound comes as a track, for want of a decoder for packets. */
  useTrack(track: MediaStreamTrack): void {
    this.#track = track;
    this.#output?.useTrack(track);
    if (navigator.userActivation?.hasBeenActive) void this.#open();
    this.#changed();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#resources.dispose();
    this.#close();
  }

  get #canPlay(): boolean {
    return playsPackets() || (this.#track !== undefined && this.#channels! <= TRACK_CHANNELS);
  }

  /** Within a gesture, or after one. */
  async #open(): Promise<void> {
    if (this.#channels === undefined || this.#output || this.#opening || this.#muted || !this.#canPlay)
      return;
    this.#opening = true;
    try {
      const output = await SoundOutput.open(this.#options.worklet(), this.#channels!);
      if (this.#disposed) return output[Symbol.dispose]();
      this.#output = output;
      if (this.#track) output.useTrack(this.#track);
      output.setVolume(this.#volume);
    } catch {
      this.#refused = true;
    } finally {
      this.#opening = false;
    }
    this.#changed();
  }

  #close(): void {
    this.#output?.[Symbol.dispose]();
    this.#output = undefined;
  }

  #changed(): void {
    const { state } = this;
    const on = state === 'on';
    if (state === 'on' || state === 'muted') this.#options.send({ type: 'listen', on });
    this.#output?.run(on);
    this.events.emit('state', state);
  }
}
