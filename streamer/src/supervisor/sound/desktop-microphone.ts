/** The gateway's side of the process that plays what a person says, which runs while somebody speaks. */
import type { Microphone, Speaking, SpeakingEvents } from '../../media/audio/api.ts';
import type { MicrophoneRequest } from '../../media/audio/messages.ts';
import { SoundProcess, type SoundProcessSettings } from './sound-process.ts';

export interface DesktopMicrophoneOptions extends SoundProcessSettings, MicrophoneRequest {}

export class DesktopMicrophone implements Microphone, AsyncDisposable {
  readonly #process: SoundProcess;
  /** Of who speaks: one at a time, as with a microphone that is handed on. */
  #events: SpeakingEvents | undefined;

  constructor({ instance, output, log, ...played }: DesktopMicrophoneOptions) {
    this.#process = new SoundProcess({
      program: 'microphone',
      instance,
      output,
      log,
      request: () => played satisfies MicrophoneRequest,
      onState: (state, reason) => {
        if (state === 'ready') this.#events?.onReady();
        else this.#events?.onFailed(reason ?? '');
      },
    });
  }

  speak(events: SpeakingEvents): Speaking {
    this.#events?.onTaken();
    this.#events = events;
    // Whoever spoke before may have it running already: it starts afresh, with nothing of theirs in hand.
    this.#process.needed = false;
    this.#process.needed = true;
    return {
      send: (packet) => {
        if (this.#events === events) this.#process.send(packet);
      },
      [Symbol.dispose]: () => {
        if (this.#events !== events) return;
        this.#events = undefined;
        this.#process.needed = false;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#events = undefined;
    await this.#process[Symbol.asyncDispose]();
  }
}
