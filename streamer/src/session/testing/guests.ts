import type { Role } from '@deskside/protocol';
import type { Guest } from '../guest.ts';

/** Somebody who came by a link. */
export function guestWith(role: Role, credential = 'link'): Guest {
  return { role, owner: false, credential, label: '' };
}

export const OWNER: Guest = { role: 'controller', owner: true, credential: 'owner', label: '' };
