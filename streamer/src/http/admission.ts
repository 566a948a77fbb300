/** Lets requests in, or says why not; makes those wait that bring a wrong token. */
import type { IncomingMessage } from 'node:http';
import type { Guest } from '../session/guest.ts';
import type { Auth, Verdict } from './auth.ts';
import {
  badLink,
  foreignCookie,
  NO_TOKEN,
  type Problem,
  TOO_MANY_WRONG_TOKENS,
  WRONG_TOKEN,
} from './problem.ts';
import { WrongTokens } from './wrong-tokens.ts';

export type Admitted = { guest: Guest; problem?: undefined } | { guest?: undefined; problem: Problem };

export class Admission {
  readonly #auth: Auth;
  readonly #wrongTokens = new WrongTokens();

  constructor(auth: Auth) {
    this.#auth = auth;
  }

  /** Judges the credentials that came with the request itself. */
  async admit(request: IncomingMessage): Promise<Admitted> {
    return this.#answer(await this.#auth.judge(request), request);
  }

  /** Judges a token that came as a socket's first message. */
  async admitToken(token: string, request: IncomingMessage): Promise<Admitted> {
    return this.#answer(await this.#auth.judgeToken(token), request);
  }

  async #answer(verdict: Verdict, request: IncomingMessage): Promise<Admitted> {
    switch (verdict.kind) {
      case 'granted':
        return { guest: verdict.guest };
      case 'none':
        return { problem: NO_TOKEN };
      case 'foreign':
        return { problem: foreignCookie(verdict.objection) };
      case 'ended-link':
        return { problem: badLink(verdict.problem) };
      case 'altered-link':
        return { problem: await this.#delay(request, badLink('altered')) };
      case 'wrong':
        return { problem: await this.#delay(request, WRONG_TOKEN) };
    }
  }

  /** What may be a guess is answered late. */
  async #delay(request: IncomingMessage, problem: Problem): Promise<Problem> {
    const waited = await this.#wrongTokens.wait(request.socket.remoteAddress ?? '');
    return waited ? problem : TOO_MANY_WRONG_TOKENS;
  }
}
