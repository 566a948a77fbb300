/** What an owner gives and takes is that person's, also after their connection was lost: a secret names their visit. */
import { randomBytes } from 'node:crypto';
import type { Role } from '@deskside/protocol';
import type { Guest } from './guest.ts';

/** Of people who are gone, too; more than can be there at once. The oldest is forgotten. */
const MAX_GIVEN = 256;

const SECRET_BYTES = 16;

type Who = Pick<Guest, 'credential'>;

export class Visits {
  /** By the secret: the role that an owner gave, and what lets that person in. */
  readonly #given = new Map<string, { role: Role; credential: string }>();

  /** The secret of a visit that goes on, or of a new one. */
  begin(secret: string | undefined, guest: Who): string {
    const known = secret !== undefined && this.#given.get(secret)?.credential === guest.credential;
    return known ? secret : randomBytes(SECRET_BYTES).toString('base64url');
  }

  /** What that person may do: a secret is worth nothing with something else that lets in. */
  roleOf(secret: string | undefined, { credential, role }: Who & Pick<Guest, 'role'>): Role {
    const given = secret === undefined ? undefined : this.#given.get(secret);
    return given?.credential === credential ? given.role : role;
  }

  give(secret: string, { credential }: Who, role: Role): void {
    this.#given.delete(secret);
    this.#given.set(secret, { role, credential });
    if (this.#given.size > MAX_GIVEN) this.#given.delete(this.#given.keys().next().value!);
  }

  /** From now on it is worth what lets that person in. */
  forget(secret: string): void {
    this.#given.delete(secret);
  }
}
