/** The gateway's side of the process that records the desktop, which runs while somebody listens. */
import type { Sound } from '../../media/audio/api.ts';
import type { SoundRequest } from '../../media/audio/messages.ts';
import { clockOrigin } from '../../media/clock.ts';
import { SoundProcess, type SoundProcessOptions, type SoundProcessSettings } from './sound-process.ts';

export interface DesktopSoundOptions extends SoundProcessSettings, Omit<SoundRequest, 'clockOrigin'> {
  /** `failed`: those who listen hear nothing right now, `reason` says why. `ready`: they do again. */
  onState: SoundProcessOptions['onState'];
}

type Listener = (packet: Uint8Array) => void;

export class DesktopSound implements Sound, AsyncDisposable {
  readonly channels: number;
  readonly #process: SoundProcess;
  /** An entry a listener: one may listen twice. */
  readonly #listeners = new Set<{ listener: Listener }>();

  constructor({ instance, output, log, onState, ...recorded }: DesktopSoundOptions) {
    this.channels = recorded.channels;
    this.#process = new SoundProcess({
      program: 'sound',
      instance,
      output,
      log,
      onState,
      request: () => ({ ...recorded, clockOrigin: clockOrigin() }) satisfies SoundRequest,
      onPacket: (packet) => {
        for (const { listener } of this.#listeners) listener(packet);
      },
    });
  }

  listen(listener: Listener): Disposable {
    const entry = { listener };
    this.#listeners.add(entry);
    this.#process.needed = true;
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(entry);
        this.#process.needed = this.#listeners.size > 0;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    await this.#process[Symbol.asyncDispose]();
  }
}
