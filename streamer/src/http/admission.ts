/** Lets requests in, or says why not; makes those wait that bring a wrong token. */
import type { IncomingMessage } from 'node:http';
import type { Role } from '@deskside/protocol';
import type { Auth } from './auth.ts';
import { foreignCookie, NO_TOKEN, type Problem, TOO_MANY_WRONG_TOKENS, WRONG_TOKEN } from './problem.ts';
import { WrongTokens } from './wrong-tokens.ts';

export type Admitted = { role: Role; problem?: undefined } | { role?: undefined; problem: Problem };

export class Admission {
  readonly #auth: Auth;
  readonly #wrongTokens = new WrongTokens();

  constructor(auth: Auth) {
    this.#auth = auth;
  }

  /** Judges the credentials that came with the request itself. */
  async admit(request: IncomingMessage): Promise<Admitted> {
    const verdict = await this.#auth.judge(request);
    switch (verdict.kind) {
      case 'granted':
        return { role: verdict.role };
      case 'none':
        return { problem: NO_TOKEN };
      case 'foreign':
        return { problem: foreignCookie(verdict.objection) };
      case 'wrong':
        return { problem: await this.#delay(request) };
    }
  }

  /** Judges a token that came as a socket's first message. */
  async admitToken(token: string, request: IncomingMessage): Promise<Admitted> {
    const role = await this.#auth.roleOfToken(token);
    return role ? { role } : { problem: await this.#delay(request) };
  }

  async #delay(request: IncomingMessage): Promise<Problem> {
    const waited = await this.#wrongTokens.wait(request.socket.remoteAddress ?? '');
    return waited ? WRONG_TOKEN : TOO_MANY_WRONG_TOKENS;
  }
}
