/** Who a request comes from: the token in one of its places, or the cookie that it was exchanged for. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Guest } from '../session/guest.ts';
import { objectionToCookie } from './origin.ts';
import type { LinkState, Shares } from './shares.ts';
import { queryOf } from './target.ts';

export interface AuthOptions {
  token: string;
  /** Lets people watch. */
  viewerToken?: string | undefined;
  /** A user with a password, who has the desktop as who has the token. */
  basic?: BasicAuth | undefined;
  /** Links that let people in; none if they are not given. */
  shares?: Shares | undefined;
  /** Names the cookie: cookies ignore ports, and several desktops may share a host. */
  instanceId: string;
  allowedOrigins: readonly string[];
}

export interface BasicAuth {
  user: string;
  password: string;
}

/**
 * What a request's credentials are worth. `none`: it has none, or a cookie of an older token. `wrong`: its token is
 * not this desktop's. `ended-link`: it was let in by a link once. `foreign`: its cookie is good, but another page or
 * address used it.
 */
export type Verdict =
  | { kind: 'granted'; guest: Guest }
  | { kind: 'none' | 'wrong' | 'altered-link' }
  | { kind: 'ended-link'; problem: 'expired' | 'revoked' }
  | { kind: 'foreign'; objection: string };

const OWNER: Guest = { credential: 'owner', role: 'controller', owner: true, label: '' };
export const PASSWORD: Guest = { ...OWNER, credential: 'password' };
const WATCHER: Guest = { credential: 'watcher', role: 'viewer', owner: false, label: '' };

export class Auth {
  readonly #options: AuthOptions;
  readonly #cookieName: string;

  constructor(options: AuthOptions) {
    this.#options = options;
    this.#cookieName = `deskside-${options.instanceId}`;
  }

  /** What a token is worth alone. Takes equally long for every wrong one. */
  async judgeToken(token: string): Promise<Verdict> {
    const { token: owner, viewerToken, shares } = this.#options;
    if (equal(token, owner)) return { kind: 'granted', guest: OWNER };
    if (viewerToken !== undefined && equal(token, viewerToken)) return { kind: 'granted', guest: WATCHER };
    const link = await shares?.verify(token);
    return link ? verdictOnLink(link) : { kind: 'wrong' };
  }

  /** A token in the request decides alone, then a password; a cookie counts only without them. */
  async judge(request: IncomingMessage): Promise<Verdict> {
    const token = tokenOf(request);
    if (token !== undefined) return this.judgeToken(token);
    const { basic } = this.#options;
    const given = basic && basicCredentials(request);
    return given ? this.#judgePassword(request, basic, given) : this.#judgeCookie(request);
  }

  /** Whether the browser has a cookie of this desktop and may use it here. */
  async hasCookie(request: IncomingMessage): Promise<boolean> {
    return (await this.#judgeCookie(request)).kind === 'granted';
  }

  /**
   * `Set-Cookie` for a browser that brought the token to this address. No Path: the browser's default path keeps it
   * below a proxy's prefix, which is told to nobody. SameSite=Lax: a link from another site opens the desktop.
   */
  async cookieFor(request: IncomingMessage): Promise<string> {
    const host = request.headers.host ?? '';
    const verdict = await this.judge(request);
    const credential = verdict.kind === 'granted' ? verdict.guest.credential : '';
    const parts = [host, credential].map((part) => Buffer.from(part).toString('base64url'));
    const value = [...parts, this.#sign(host, credential)].join('.');
    return `${this.#cookieName}=${value}; HttpOnly; SameSite=Lax${overHttps(request) ? '; Secure' : ''}`;
  }

  /** Browsers add a password by themselves, as they do a cookie: it counts for pages of this very address. */
  #judgePassword(request: IncomingMessage, basic: BasicAuth, given: BasicAuth): Verdict {
    const isRight = equal(given.user, basic.user) && equal(given.password, basic.password);
    if (!isRight) return { kind: 'wrong' };
    const { host = '', origin } = request.headers;
    const { allowedOrigins } = this.#options;
    // Programs send no Origin; of browsers, only those that open a page of ours leave it out.
    const objection = objectionToCookie({
      host,
      givenAt: host,
      origin,
      originRequired: false,
      allowedOrigins,
    });
    return objection === undefined ? { kind: 'granted', guest: PASSWORD } : { kind: 'foreign', objection };
  }

  /** What a cookie's credential is worth now: links expire and are revoked. */
  async #judgeCredential(credential: string): Promise<Verdict> {
    const { viewerToken, basic, shares } = this.#options;
    if (credential === OWNER.credential) return { kind: 'granted', guest: OWNER };
    if (credential === PASSWORD.credential)
      return basic ? { kind: 'granted', guest: PASSWORD } : { kind: 'none' };
    if (credential === WATCHER.credential)
      return viewerToken === undefined ? { kind: 'none' } : { kind: 'granted', guest: WATCHER };
    return shares ? verdictOnLink(await shares.stateOf(credential)) : { kind: 'none' };
  }

  async #judgeCookie(request: IncomingMessage): Promise<Verdict> {
    const read = this.#readCookie(request);
    if (!read) return { kind: 'none' };
    const verdict = await this.#judgeCredential(read.credential);
    if (verdict.kind !== 'granted') return verdict;
    const objection = objectionToCookie({
      host: request.headers.host ?? '',
      givenAt: read.givenAt,
      origin: request.headers.origin,
      originRequired: request.headers.upgrade !== undefined || !/^(GET|HEAD)$/.test(request.method ?? ''),
      allowedOrigins: this.#options.allowedOrigins,
    });
    return objection === undefined ? verdict : { kind: 'foreign', objection };
  }

  /** The host at which the request's cookie was given, and for what, if it is one of ours. */
  #readCookie(request: IncomingMessage): { givenAt: string; credential: string } | undefined {
    const parts = cookie(request, this.#cookieName)?.split('.') ?? [];
    const [givenAt, credential] = parts.map((part) => Buffer.from(part, 'base64url').toString());
    if (givenAt === undefined || credential === undefined || parts.length !== 3) return undefined;
    return equal(parts[2]!, this.#sign(givenAt, credential)) ? { givenAt, credential } : undefined;
  }

  #sign(host: string, credential: string): string {
    const { token, viewerToken, basic } = this.#options;
    // Other secrets are part of the key: when they change, their cookies end.
    const others: Record<string, unknown> = {
      [WATCHER.credential]: viewerToken,
      [PASSWORD.credential]: basic && JSON.stringify([basic.user, basic.password]),
    };
    const secret = credential in others ? `${token}\0${others[credential]}` : token;
    return createHmac('sha256', secret).update(`cookie\0${host}\0${credential}`).digest('base64url');
  }
}

function tokenOf(request: IncomingMessage): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return queryOf(request).get('token') || bearer;
}

/** The user and the password of Basic authentication (RFC 7617). */
function basicCredentials(request: IncomingMessage): BasicAuth | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return user === undefined || password === undefined ? undefined : { user, password };
}

function verdictOnLink({ share, problem }: LinkState): Verdict {
  if (share) {
    const { id: credential, role, label } = share;
    return { kind: 'granted', guest: { credential, role, label, owner: false } };
  }
  return problem === 'altered' ? { kind: 'altered-link' } : { kind: 'ended-link', problem };
}

function cookie(request: IncomingMessage, name: string): string | undefined {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=');
    if (key === name) return value;
  }
  return undefined;
}

/** Whether the browser came over HTTPS, here or at the proxy in front. */
function overHttps(request: IncomingMessage): boolean {
  const atProxy = String(request.headers['x-forwarded-proto'] ?? '')
    .split(',')[0]
    ?.trim();
  return atProxy === 'https' || Boolean((request.socket as Partial<TLSSocket>).encrypted);
}

/** Constant-time whatever the lengths: digests under a key of this call are compared. */
function equal(a: string, b: string): boolean {
  const [digestA, digestB] = [a, b].map((text) => createHmac('sha256', 'deskside').update(text).digest());
  return timingSafeEqual(digestA!, digestB!);
}
