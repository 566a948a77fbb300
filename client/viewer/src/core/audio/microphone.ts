import { encodeAudioPacket, type Of, type StreamerMessage, type ViewerMessage } from '@deskside/protocol';
import { t } from '../../words/words.ts';
import { now } from '../clock.ts';
import { Emitter } from '../emitter.ts';

/**
 * `none`: this person may not speak into the desktop. `off`, `on`: as they want it; `starting`: the browser is asked, or the
 * desktop's side starts.
 */
export type MicrophoneState = 'none' | 'off' | 'starting' | 'on';

/** Why it is not heard, and what to do. */
export interface MicrophoneProblem {
  message: string;
  remedy?: string | undefined;
}

export interface MicrophoneEvents {
  state: MicrophoneState;
  /** undefined: there is none any more. */
  problem: MicrophoneProblem | undefined;
}

export interface MicrophoneOptions {
  send(message: ViewerMessage): void;
  sendBinary(bytes: Uint8Array<ArrayBuffer>): void;
  /** Address of the bundled worklet.ts. */
  worklet(): string;
}

/** The person's microphone: off until they turn it on, and then sent to the desktop's programs. */
export class Microphone implements Disposable {
  readonly events = new Emitter<MicrophoneEvents>();
  readonly #options: MicrophoneOptions;
  #offered = false;
  /** Settles when the browser has opened it, or refused; undefined while it is off. */
  #capture: Promise<Disposable> | undefined;
  /** What is said reaches the desktop's programs. */
  #heard = false;
  #sequence = 0;

  constructor(options: MicrophoneOptions) {
    this.#options = options;
  }

  get state(): MicrophoneState {
    if (this.#capture) return this.#heard ? 'on' : 'starting';
    return this.#offered ? 'off' : 'none';
  }

  /** Asks the browser for it, and the desktop to take it. */
  async turnOn(): Promise<void> {
    if (this.#capture || !this.#offered) return;
    const capture = this.#open();
    this.#capture = capture;
    this.#changed();
    try {
      await capture;
      if (this.#capture === capture) this.#options.send({ type: 'speak', on: true });
    } catch (error) {
      if (this.#capture !== capture) return;
      this.#stop();
      this.#tell(problemOf(error));
    }
  }

  turnOff(): void {
    if (!this.#capture) return;
    this.#options.send({ type: 'speak', on: false });
    this.#stop();
    this.#tell(undefined);
  }

  receive({ state, message, remedy }: Of<StreamerMessage, 'microphone'>): void {
    const problem = message === undefined ? undefined : { message, remedy };
    this.#heard = state === 'on' && !problem;
    this.#offered = state !== 'none';
    if (state !== 'on' && (problem || !this.#offered)) this.#stop();
    // The connection is a new one, and the person still speaks.
    else if (state === 'off' && this.#capture) this.#options.send({ type: 'speak', on: true });
    this.#tell(problem);
    this.#changed();
  }

  /** The connection is gone; it may come back. */
  disconnected(): void {
    this.#offered = false;
    this.#heard = false;
    this.#changed();
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  /** Loaded when it is first wanted: most people never speak. */
  async #open(): Promise<Disposable> {
    const { openCapture } = await import('./capture.ts');
    return await openCapture({
      worklet: this.#options.worklet(),
      onPacket: (data) => this.#send(data),
      onLost: (problem) => {
        this.turnOff();
        this.#tell(problemOf(problem));
      },
    });
  }

  #send(data: Uint8Array): void {
    const sequence = this.#sequence++ >>> 0;
    const packet = { sequence, captureTime: now(), marker: false, channels: 1, data };
    this.#options.sendBinary(encodeAudioPacket(packet));
  }

  #stop(): void {
    const capture = this.#capture;
    this.#capture = undefined;
    this.#heard = false;
    capture?.then(
      (opened) => opened[Symbol.dispose](),
      () => {},
    );
    this.#changed();
  }

  #changed(): void {
    this.events.emit('state', this.state);
  }

  #tell(problem: MicrophoneProblem | undefined): void {
    this.events.emit('problem', problem);
  }
}

/** Errors of getUserMedia by name (W3C Media Capture and Streams section 9.2), and those of capture.ts. */
function problemOf(error: unknown): MicrophoneProblem {
  const { name, message } = error as Error;
  switch (name) {
    case 'NotAllowedError':
      return { message: t('microphone.denied'), remedy: t('microphone.denied.remedy') };
    case 'NotFoundError':
    case 'NotReadableError':
      return { message: t('microphone.missing'), remedy: t('microphone.missing.remedy') };
    case 'NotSupportedError':
      return { message: t('microphone.unsupported') };
    default:
      return { message: t('microphone.failed', { reason: message }) };
  }
}
