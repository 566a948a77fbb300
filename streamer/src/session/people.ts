/** What owners see of the people at their desktop, and do about them. */
import type { Link, Of, Person, Role, ViewerMessage } from '@deskside/protocol';
import { MAX_PEOPLE } from '@deskside/protocol';
import type { Refusal } from './connection.ts';
import type { Viewer } from './viewer.ts';

/** Links that let people in, as the gateway keeps them. */
export interface Invitations {
  create(role: Role, lifetime: number, label: string): Promise<{ share: Link; token: string }>;
  list(): Promise<readonly Link[]>;
  /** Whether this names a link, and nothing else that lets in. */
  isId(credential: string): boolean;
  setRole(id: string, role: Role): Promise<void>;
  revoke(id: string): Promise<boolean>;
}

export interface PeopleOptions {
  /** Everybody who is there, as they came. */
  viewers(): readonly Viewer[];
  /** Undefined: there are no links. */
  invitations: Invitations | undefined;
  end(viewer: Viewer, refusal: Refusal): void;
  /** Something of it did not work: nothing else has happened then. */
  onFailure(error: unknown): void;
}

export type OwnerMessage = Of<ViewerMessage, 'set-role' | 'end-viewer' | 'invite' | 'revoke-link'>;

/** News are collected for so long, ms: who uses the keyboard may change with every key. */
const COLLECT = 200;

const REMOVED: Refusal = {
  reason: 'removed',
  message: 'The owner of this desktop ended your visit.',
  remedy: 'Ask the owner for a link.',
};

export class People implements Disposable {
  readonly #options: PeopleOptions;
  #acting: Viewer | undefined;
  #news: NodeJS.Timeout | undefined;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Everybody who is there, as they came. */
  get all(): Person[] {
    return this.#options.viewers().map((viewer) => this.#describe(viewer));
  }

  /** Somebody came, went or has another role. */
  changed(): void {
    this.#news ??= setTimeout(() => {
      this.#news = undefined;
      void this.#tell().catch(this.#options.onFailure);
    }, COLLECT);
  }

  /** That person used the keyboard or the pointer. */
  acted(viewer: Viewer): void {
    if (this.#acting === viewer) return;
    this.#acting = viewer;
    this.changed();
  }

  /** Does what an owner asks for; of people who have left meanwhile, nothing. */
  receive(owner: Viewer, message: OwnerMessage): void {
    void this.#act(owner, message)
      .catch(this.#options.onFailure)
      .finally(() => this.changed());
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#news);
  }

  async #act(owner: Viewer, message: OwnerMessage): Promise<void> {
    const { invitations } = this.#options;
    switch (message.type) {
      case 'set-role':
        return this.#setRole(this.#find(message.viewer), message.role);
      case 'end-viewer':
        return this.#end(this.#find(message.viewer));
      case 'invite': {
        const invited = await invitations?.create(message.role, message.lifetime, message.label);
        if (invited) owner.send({ type: 'invited', link: invited.share.id, token: invited.token });
        return;
      }
      case 'revoke-link':
        await invitations?.revoke(message.link);
    }
  }

  /** Nobody can take an owner's rights: the token is theirs. */
  async #setRole(viewer: Viewer | undefined, role: Role): Promise<void> {
    if (!viewer || viewer.guest.owner) return;
    const { guest } = viewer;
    const byLink = this.#options.invitations?.isId(guest.credential) ?? false;
    if (byLink && role === 'viewer' && guest.role === 'controller') {
      // With the link itself: else a reload would bring the keyboard back.
      await this.#options.invitations?.setRole(guest.credential, role);
      for (const one of this.#options.viewers())
        if (one.guest.credential === guest.credential) one.setRole(role);
    } else viewer.setRole(role);
  }

  async #end(viewer: Viewer | undefined): Promise<void> {
    if (!viewer) return;
    const { credential } = viewer.guest;
    if (!this.#options.invitations?.isId(credential)) return this.#options.end(viewer, REMOVED);
    await this.#options.invitations.revoke(credential);
    for (const one of this.#options.viewers())
      if (one.guest.credential === credential) this.#options.end(one, REMOVED);
  }

  #find(id: string): Viewer | undefined {
    return this.#options.viewers().find((viewer) => viewer.id === id);
  }

  async #tell(): Promise<void> {
    const owners = this.#options.viewers().filter(({ guest }) => guest.owner);
    if (owners.length === 0) return;
    const links = (await this.#options.invitations?.list()) ?? [];
    const shown = links
      .slice(0, MAX_PEOPLE)
      .map(({ id, role, label, expires }) => ({ id, role, label, expires }));
    for (const owner of owners) owner.send({ type: 'people', people: this.all, links: shown });
  }

  #describe(viewer: Viewer): Person {
    const { id, role, guest, since } = viewer;
    const { owner, label } = guest;
    return { viewer: id, role, owner, label, since, acting: viewer === this.#acting };
  }
}
