import type { Link, Role } from '@deskside/protocol';
import type { Invitations } from '../people.ts';

/** Links that write down what is done to them. Each id that begins with `link` is one. */
export class FakeInvitations implements Invitations {
  readonly log: string[] = [];
  readonly links: Link[] = [];

  async create(role: Role, lifetime: number, label: string): Promise<{ share: Link; token: string }> {
    this.log.push(`create ${role} ${lifetime} ${label}`);
    const share = { id: `link${this.links.length + 1}`, role, label, expires: Date.now() + lifetime };
    this.links.push(share);
    return { share, token: `token of ${share.id}` };
  }

  async list(): Promise<readonly Link[]> {
    return this.links;
  }

  isId(credential: string): boolean {
    return credential.startsWith('link');
  }

  async setRole(id: string, role: Role): Promise<void> {
    this.log.push(`${id} is ${role}`);
  }

  async revoke(id: string): Promise<boolean> {
    this.log.push(`revoke ${id}`);
    return true;
  }
}
