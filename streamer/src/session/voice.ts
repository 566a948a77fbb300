/** What one viewer says into the desktop's microphone, if it may. */
import { decodeAudioPacket, opusDuration } from '@deskside/protocol';
import type { Microphone, Speaking } from '../media/audio/api.ts';
import { streamerTime } from './clock.ts';
import type { ViewerConnection } from './connection.ts';

/** Sound that may come at once after a line stood still, ms. Whoever sends more than time passes beyond it floods. */
const MAX_BURST = 1000;

const NOT_ALLOWED = 'This desktop takes no microphone.';
const NOT_HEARD = 'The desktop’s programs do not hear the microphone right now.';

export class Voice implements Disposable {
  readonly #microphone: Microphone | undefined;
  readonly #connection: Pick<ViewerConnection, 'send'>;
  #speaking: Speaking | undefined;
  /** Up to when there is sound, ms on the streamer's clock, if all that came is played without a break. */
  #until = 0;

  /** @param microphone undefined: this viewer may not speak, or there is nothing to speak into */
  constructor(microphone: Microphone | undefined, connection: Pick<ViewerConnection, 'send'>) {
    this.#microphone = microphone;
    this.#connection = connection;
    if (microphone) this.#tell('off');
  }

  speak(on: boolean): void {
    this[Symbol.dispose]();
    if (!on) return;
    if (this.#microphone) this.#speaking = this.#open(this.#microphone);
    else
      this.#tell('off', NOT_ALLOWED, 'Only who controls a desktop may speak, and only with --microphone on.');
  }

  /**
   * An audio packet of the viewer. It is dropped while the viewer does not speak, which it may not know yet.
   *
   * @throws ProtocolError if it is none, or its sound is none
   */
  receive(bytes: Uint8Array): void {
    const duration = opusDuration(decodeAudioPacket(bytes).data);
    const now = streamerTime();
    const until = Math.max(now, this.#until) + duration;
    if (!this.#speaking || until > now + MAX_BURST) return;
    this.#until = until;
    this.#speaking.send(bytes);
  }

  /** This viewer may not speak any more. */
  withdraw(): void {
    if (!this.#microphone) return;
    const why = this.#speaking && 'Your microphone is off: you no longer control the desktop.';
    this[Symbol.dispose]();
    this.#tell('none', why);
  }

  [Symbol.dispose](): void {
    this.#speaking?.[Symbol.dispose]();
    this.#speaking = undefined;
  }

  #open(microphone: Microphone): Speaking {
    return microphone.speak({
      onReady: () => this.#tell('on'),
      onFailed: (reason) => this.#tell('on', `${NOT_HEARD} ${reason}`, 'deskside logs sound'),
      onTaken: () => {
        this.#speaking = undefined;
        this.#tell(
          'off',
          'Somebody else has turned their microphone on.',
          'Turn yours on again to take over.',
        );
      },
    });
  }

  #tell(state: 'none' | 'off' | 'on', message?: string, remedy?: string): void {
    this.#connection.send({
      type: 'microphone',
      state,
      ...(message !== undefined && { message }),
      ...(remedy !== undefined && { remedy }),
    });
  }
}
