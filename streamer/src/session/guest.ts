/** Who may come to a session, as the gateway found out. */
import type { Role } from '@deskside/protocol';
import type { Refusal } from './connection.ts';

/** Somebody who was let in. */
export interface Guest {
  role: Role;
  /** Whether the desktop is theirs: they see who is there, and may change and end that. */
  owner: boolean;
  /** What let them in, by a name that is no secret; a link by its id. */
  credential: string;
  /** Whom a link was made for, as its maker wrote it; may be empty. */
  label: string;
}

/** A guest, or why there is none. */
export type Admittance = { guest: Guest; refusal?: undefined } | { guest?: undefined; refusal: Refusal };
