import type { Link, Of, Person, Role, StreamerMessage, ViewerMessage } from '@deskside/protocol';
import { Emitter } from './emitter.ts';

export type { Link, Person } from '@deskside/protocol';

/** Who else is at the desktop, and what its owner does about it; empty for everybody else. */
export class People {
  readonly events = new Emitter<{ change: undefined }>();
  readonly #send: (message: ViewerMessage) => void;
  #people: readonly Person[] = [];
  #links: readonly Link[] = [];
  /** Those who wait for a link, the first first: answers come in the order of the questions. */
  #waiting: ((token: string) => void)[] = [];

  constructor(send: (message: ViewerMessage) => void) {
    this.#send = send;
  }

  get people(): readonly Person[] {
    return this.#people;
  }

  /** Links that would let somebody in. */
  get links(): readonly Link[] {
    return this.#links;
  }

  /** Hands over the keyboard, or takes it back. */
  setRole(viewer: string, role: Role): void {
    this.#send({ type: 'set-role', viewer, role });
  }

  /** Ends somebody's visit, and their link with it. */
  end(viewer: string): void {
    this.#send({ type: 'end-viewer', viewer });
  }

  /**
   * Makes a link and resolves to its token.
   *
   * @param lifetime ms
   * @param label whom it is for
   */
  invite(role: Role, lifetime: number, label: string): Promise<string> {
    this.#send({ type: 'invite', role, lifetime, label });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  revoke(link: string): void {
    this.#send({ type: 'revoke-link', link });
  }

  receive(message: Of<StreamerMessage, 'people' | 'invited'>): void {
    if (message.type === 'invited') {
      this.#waiting.shift()?.(message.token);
    } else {
      this.#people = message.people;
      this.#links = message.links;
      this.events.emit('change', undefined);
    }
  }

  /** The connection is gone, and with it what was known. */
  forget(): void {
    this.#people = this.#links = [];
    this.#waiting = [];
    this.events.emit('change', undefined);
  }
}
