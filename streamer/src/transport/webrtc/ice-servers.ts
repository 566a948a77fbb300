/** STUN and TURN servers for both sides, from wherever an operator has them. */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IceServer } from '@deskside/protocol';
import type { Logger } from 'pino';
import * as v from 'valibot';
import { parseTurnUri, type TurnAddress } from './ice-uris.ts';

export interface IceServerSettings {
  /** `turn:` and `turns:` URIs (RFC 7065). */
  turnUris: readonly string[];
  turnUser: string;
  turnPassword: string;
  /** Shared with the TURN server, which makes time-limited credentials of it (coturn's `use-auth-secret`). */
  turnSecret: string | undefined;
  turnRest: TurnRest | undefined;
  /** JSON as `RTCConfiguration` has it. */
  file: string | undefined;
}

/** A service that hands out credentials (draft-uberti-behave-turn-rest-00, and the one of Selkies). */
export interface TurnRest {
  uri: string;
  user: string;
  /** Header fields of the request. */
  headers: Readonly<Record<string, string>>;
}

/** A TURN server as this side uses it. */
export interface TurnServer extends TurnAddress {
  username: string;
  credential: string;
}

/** How long credentials of our own making are good, s: a day's work, and no more if they leak. */
const CREDENTIAL_LIFETIME = 24 * 3600;

/** A service that does not say is asked again after this, s; one that says, after so much of what it says. */
const REST_LIFETIME = 3600;
const REFRESH_AT = 0.5;

/** A service that fails is asked again after this, ms. */
const RETRY_AFTER = 10_000;
const REST_DEADLINE = 5000;

/** What a service may answer with at most, bytes, and the file have. */
const MAX_ANSWER = 64 * 1024;

const text = v.pipe(v.string(), v.maxLength(1024));
const urls = v.pipe(
  v.union([text, v.array(text)]),
  v.transform((value) => [value].flat()),
  v.maxLength(8),
);
const Servers = v.pipe(
  v.array(v.object({ urls, username: v.optional(text), credential: v.optional(text) })),
  v.maxLength(16),
);
const Configuration = v.union([
  v.pipe(
    Servers,
    v.transform((servers) => ({ servers, lifetime: undefined })),
  ),
  v.pipe(
    v.object({
      iceServers: Servers,
      lifetimeDuration: v.optional(
        v.pipe(v.string(), v.regex(/^\d+(\.\d+)?s$/), v.transform(Number.parseFloat)),
      ),
    }),
    v.transform(({ iceServers, lifetimeDuration }) => ({ servers: iceServers, lifetime: lifetimeDuration })),
  ),
  v.pipe(
    v.object({
      username: text,
      password: text,
      ttl: v.optional(v.number()),
      uris: v.pipe(v.array(text), v.maxLength(8)),
    }),
    v.transform(({ username, password, ttl, uris }) => ({
      servers: [{ urls: uris, username, credential: password }],
      lifetime: ttl,
    })),
  ),
]);

interface Answer {
  servers: IceServer[];
  /** ms as `performance.now()`. */
  freshUntil: number;
}

export class IceServers {
  readonly #settings: IceServerSettings;
  readonly #log: Logger;
  #rest: Promise<Answer> | undefined;
  #restUntil = 0;

  constructor(settings: IceServerSettings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Whether there is anything to ask for. */
  get isEmpty(): boolean {
    const { turnUris, turnRest, file } = this.#settings;
    return turnUris.length === 0 && !turnRest && !file;
  }

  /** Those of all sources, with credentials that last. A source that fails is logged and left out. */
  async get(): Promise<IceServer[]> {
    const sources = [this.#given(), this.#ofRest(), this.#ofFile()];
    return (await Promise.all(sources)).flat();
  }

  async #given(): Promise<IceServer[]> {
    const { turnUris, turnUser, turnPassword, turnSecret } = this.#settings;
    if (turnUris.length === 0) return [];
    const login =
      turnSecret === undefined
        ? { username: turnUser, credential: turnPassword }
        : timeLimited(turnUser, turnSecret);
    return [{ urls: [...turnUris], ...login }];
  }

  async #ofRest(): Promise<IceServer[]> {
    const { turnRest } = this.#settings;
    if (!turnRest) return [];
    if (!this.#rest || performance.now() > this.#restUntil) {
      this.#rest = askRest(turnRest);
      this.#restUntil = Number.POSITIVE_INFINITY;
    }
    try {
      const { servers, freshUntil } = await this.#rest;
      this.#restUntil = freshUntil;
      return servers;
    } catch (error) {
      this.#restUntil = performance.now() + RETRY_AFTER;
      this.#log.warn(
        { uri: turnRest.uri, error: (error as Error).message },
        'no TURN credentials: see --turn-rest-uri; viewers go on without this relay',
      );
      return [];
    }
  }

  async #ofFile(): Promise<IceServer[]> {
    const { file } = this.#settings;
    if (!file) return [];
    try {
      const content = await readFile(file, 'utf8');
      return parseConfiguration(content).servers;
    } catch (error) {
      this.#log.warn({ file, error: (error as Error).message }, 'no ICE servers: see --ice-servers-file');
      return [];
    }
  }
}

/** As coturn's `use-auth-secret` has it (draft-uberti-behave-turn-rest-00 section 2.2). */
export function timeLimited(
  user: string,
  secret: string,
  now = Date.now(),
): { username: string; credential: string } {
  const username = `${Math.floor(now / 1000) + CREDENTIAL_LIFETIME}:${user}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/**
 * What a file or a service says: an array of `RTCIceServer`, an object with `iceServers`, or the answer of
 * draft-uberti-behave-turn-rest-00 section 2.2.
 *
 * @throws Error saying what is wrong
 */
export function parseConfiguration(content: string): { servers: IceServer[]; lifetime: number | undefined } {
  if (content.length > MAX_ANSWER) throw new Error(`more than ${MAX_ANSWER} bytes`);
  const parsed = v.safeParse(Configuration, JSON.parse(content));
  if (!parsed.success)
    throw new Error('neither an array of RTCIceServer nor an object with iceServers or uris');
  return parsed.output as { servers: IceServer[]; lifetime: number | undefined };
}

/** The TURN servers among them, in the order in which they are given. */
export function turnServers(servers: readonly IceServer[]): TurnServer[] {
  return servers.flatMap(({ urls, username = '', credential = '' }) =>
    urls.flatMap((uri) => {
      const parsed = parseTurnUri(uri);
      return parsed ? [{ ...parsed, username, credential }] : [];
    }),
  );
}

async function askRest({ uri, user, headers }: TurnRest): Promise<Answer> {
  const address = new URL(uri);
  if (user !== '' && !address.searchParams.has('username')) address.searchParams.set('username', user);
  if (!address.searchParams.has('service')) address.searchParams.set('service', 'turn');
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(REST_DEADLINE) });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  const { servers, lifetime = REST_LIFETIME } = parseConfiguration(await response.text());
  return { servers, freshUntil: performance.now() + lifetime * REFRESH_AT * 1000 };
}
