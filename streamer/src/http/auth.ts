/** Who a request comes from: the token in one of its places, or the cookie that it was exchanged for. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Role } from '@deskside/protocol';
import { objectionToCookie } from './origin.ts';
import type { Shares } from './shares.ts';
import { queryOf } from './target.ts';

export interface AuthOptions {
  token: string;
  /** Lets people watch. */
  viewerToken?: string | undefined;
  /** Links that let people in; none if they are not given. */
  shares?: Shares | undefined;
  /** Names the cookie: cookies ignore ports, and several desktops may share a host. */
  instanceId: string;
  allowedOrigins: readonly string[];
}

/**
 * What a request's credentials are worth. `none`: it has none, or a cookie of an older token. `wrong`: its token is
 * not this desktop's. `foreign`: its cookie is good, but another page or address used it.
 */
export type Verdict =
  | { kind: 'granted'; role: Role }
  | { kind: 'none' }
  | { kind: 'wrong' }
  | { kind: 'foreign'; objection: string };

/** What lets somebody in, as a cookie names it: a link by its id. */
interface Grant {
  credential: string;
  role: Role;
}

const OWNER: Grant = { credential: 'owner', role: 'controller' };
const WATCHER: Grant = { credential: 'watcher', role: 'viewer' };

export class Auth {
  readonly #options: AuthOptions;
  readonly #cookieName: string;

  constructor(options: AuthOptions) {
    this.#options = options;
    this.#cookieName = `deskside-${options.instanceId}`;
  }

  /** The role that a token gives. Takes equally long for every wrong one. */
  async roleOfToken(token: string): Promise<Role | undefined> {
    return (await this.#grantOf(token))?.role;
  }

  /** A token in the request decides alone; a cookie counts only without one. */
  async judge(request: IncomingMessage): Promise<Verdict> {
    const token = tokenOf(request);
    if (token === undefined) return this.#judgeCookie(request);
    const role = await this.roleOfToken(token);
    return role ? { kind: 'granted', role } : { kind: 'wrong' };
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
    const credential = (await this.#grantOf(tokenOf(request) ?? ''))?.credential ?? '';
    const parts = [host, credential].map((part) => Buffer.from(part).toString('base64url'));
    const value = [...parts, this.#sign(host, credential)].join('.');
    return `${this.#cookieName}=${value}; HttpOnly; SameSite=Lax${overHttps(request) ? '; Secure' : ''}`;
  }

  async #grantOf(token: string): Promise<Grant | undefined> {
    const { token: owner, viewerToken, shares } = this.#options;
    if (equal(token, owner)) return OWNER;
    if (viewerToken !== undefined && equal(token, viewerToken)) return WATCHER;
    const share = await shares?.verify(token);
    return share && { credential: share.id, role: share.role };
  }

  /** What a cookie's credential is worth now: links expire and are revoked. */
  async #roleOf(credential: string): Promise<Role | undefined> {
    const { viewerToken, shares } = this.#options;
    if (credential === OWNER.credential) return OWNER.role;
    if (credential === WATCHER.credential) return viewerToken === undefined ? undefined : WATCHER.role;
    return (await shares?.find(credential))?.role;
  }

  async #judgeCookie(request: IncomingMessage): Promise<Verdict> {
    const read = this.#readCookie(request);
    const role = read && (await this.#roleOf(read.credential));
    if (!role) return { kind: 'none' };
    const objection = objectionToCookie({
      host: request.headers.host ?? '',
      givenAt: read.givenAt,
      origin: request.headers.origin,
      originRequired: request.headers.upgrade !== undefined || !/^(GET|HEAD)$/.test(request.method ?? ''),
      allowedOrigins: this.#options.allowedOrigins,
    });
    return objection === undefined ? { kind: 'granted', role } : { kind: 'foreign', objection };
  }

  /** The host at which the request's cookie was given, and for what, if it is one of ours. */
  #readCookie(request: IncomingMessage): { givenAt: string; credential: string } | undefined {
    const parts = cookie(request, this.#cookieName)?.split('.') ?? [];
    const [givenAt, credential] = parts.map((part) => Buffer.from(part, 'base64url').toString());
    if (givenAt === undefined || credential === undefined || parts.length !== 3) return undefined;
    return equal(parts[2]!, this.#sign(givenAt, credential)) ? { givenAt, credential } : undefined;
  }

  #sign(host: string, credential: string): string {
    // The watcher's secret is part of the key: with another one its cookies end.
    const { token, viewerToken } = this.#options;
    const secret = credential === WATCHER.credential ? `${token}\0${viewerToken}` : token;
    return createHmac('sha256', secret).update(`cookie\0${host}\0${credential}`).digest('base64url');
  }
}

function tokenOf(request: IncomingMessage): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return queryOf(request).get('token') || bearer;
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
