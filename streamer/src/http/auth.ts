/** Who a request comes from: the token in one of its places, or the cookie that it was exchanged for. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Role } from '@deskside/protocol';
import { objectionToCookie } from './origin.ts';
import { queryOf } from './target.ts';

export interface AuthOptions {
  token: string;
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

export class Auth {
  readonly #options: AuthOptions;
  readonly #cookieName: string;

  constructor(options: AuthOptions) {
    this.#options = options;
    this.#cookieName = `deskside-${options.instanceId}`;
  }

  /** The role that a token gives. Takes equally long for every wrong one. */
  roleOfToken(token: string): Role | undefined {
    return equal(token, this.#options.token) ? 'controller' : undefined;
  }

  /** A token in the request decides alone; a cookie counts only without one. */
  judge(request: IncomingMessage): Verdict {
    const token = tokenOf(request);
    if (token === undefined) return this.#judgeCookie(request);
    const role = this.roleOfToken(token);
    return role ? { kind: 'granted', role } : { kind: 'wrong' };
  }

  /** Whether the browser has a cookie of this desktop and may use it here. */
  hasCookie(request: IncomingMessage): boolean {
    return this.#judgeCookie(request).kind === 'granted';
  }

  /**
   * `Set-Cookie` for a browser that brought the token to this address. No Path: the browser's default path keeps it
   * below a proxy's prefix, which is told to nobody. SameSite=Lax: a link from another site opens the desktop.
   */
  cookieFor(request: IncomingMessage): string {
    const host = request.headers.host ?? '';
    const value = `${Buffer.from(host).toString('base64url')}.${this.#sign(host)}`;
    return `${this.#cookieName}=${value}; HttpOnly; SameSite=Lax${overHttps(request) ? '; Secure' : ''}`;
  }

  #judgeCookie(request: IncomingMessage): Verdict {
    const givenAt = this.#hostOfCookie(request);
    if (givenAt === undefined) return { kind: 'none' };
    const objection = objectionToCookie({
      host: request.headers.host ?? '',
      givenAt,
      origin: request.headers.origin,
      originRequired: request.headers.upgrade !== undefined || !/^(GET|HEAD)$/.test(request.method ?? ''),
      allowedOrigins: this.#options.allowedOrigins,
    });
    return objection === undefined ? { kind: 'granted', role: 'controller' } : { kind: 'foreign', objection };
  }

  /** The host at which the request's cookie was given, if it is one of ours. */
  #hostOfCookie(request: IncomingMessage): string | undefined {
    const [host, signature] = cookie(request, this.#cookieName)?.split('.') ?? [];
    if (host === undefined || signature === undefined) return undefined;
    const givenAt = Buffer.from(host, 'base64url').toString();
    return equal(signature, this.#sign(givenAt)) ? givenAt : undefined;
  }

  #sign(host: string): string {
    return createHmac('sha256', this.#options.token).update(`cookie\0${host}`).digest('base64url');
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
