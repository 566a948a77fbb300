import { type Asked, expectSuccess, readJson, readMessage } from './answer.ts';
import { Deadline, sleep } from './deadline.ts';
import { CoderError } from './errors.ts';
import { retryDelay } from './retry.ts';
import type { Shape } from './shape.ts';
import type { OpenWebSocket, WebSocketLike } from './socket.ts';

export interface ConnectionOptions {
  /** The deployment's address, such as `https://coder.example.com`. */
  url: string;
  /**
   * A session token or an API key. Sent as a header only, never in an address. Without one a page of the deployment
   * itself is authenticated by its cookie.
   */
  token?: string | undefined;
  /** The global one by default. */
  fetch?: typeof fetch | undefined;
  /**
   * Opens a WebSocket with the given headers; for the `ws` package `(url, headers) => new WebSocket(url, { headers })`.
   * By default the global one where it takes headers (Node 22), or where none are needed. Where there is none, watches
   * use server-sent events, and logs are polled.
   */
  webSocket?: OpenWebSocket | undefined;
  /** Limit of a call, its retries included, milliseconds; 30,000 by default. */
  timeoutMs?: number | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Instead of the client's own limit, milliseconds. */
  timeoutMs?: number | undefined;
}

type Query = Record<string, string | number | boolean | undefined>;

/** A request and the shape of its answer. */
export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v2`. */
  path: string;
  query?: Query;
  body?: unknown;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Requests to one deployment as one account. */
export class Connection {
  /** Without a trailing slash, a query or anything secret. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly #token: string | undefined;
  readonly #fetch: typeof fetch;
  readonly #openWebSocket: OpenWebSocket;

  /** @throws CoderError if the address is none, or the token cannot be sent */
  constructor(options: ConnectionOptions) {
    this.url = deploymentUrl(options.url);
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#token = options.token === undefined ? undefined : sendableToken(options.token);
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#openWebSocket = options.webSocket ?? openGlobalWebSocket;
  }

  /** @throws CoderError, or the signal's reason */
  async json<T>(call: Call, shape: Shape, options: CallOptions = {}): Promise<T> {
    return await this.#limited(call, options, async (deadline) =>
      readJson<T>(await this.#send(call, deadline), this.#asked(call), shape),
    );
  }

  /** For a call whose answer has no content. */
  async done(call: Call, options: CallOptions = {}): Promise<void> {
    await this.#limited(call, options, async (deadline) => {
      const response = await this.#send(call, deadline);
      await expectSuccess(response, this.#asked(call));
      await response.body?.cancel();
    });
  }

  /** A body that goes on until the signal ends it; the time limit is for its beginning only. */
  async stream(call: Call, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return await this.#limited(call, { signal }, async (deadline) => {
      const body = new AbortController();
      const abortBody = () => body.abort(deadline.signal.reason);
      deadline.signal.addEventListener('abort', abortBody, { once: true });
      const response = await this.#fetch(this.#address(call), this.#init(call, body.signal));
      await expectSuccess(response, this.#asked(call));
      deadline.signal.removeEventListener('abort', abortBody);
      signal.addEventListener('abort', () => body.abort(signal.reason), { once: true });
      return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
    });
  }

  /** What a message of a stream says. */
  message<T>(call: Call, text: string, shape: Shape): T {
    return readMessage<T>(text, this.#asked(call), shape);
  }

  /** @returns undefined where no WebSocket can be opened with this token */
  socket(call: Call): WebSocketLike | undefined {
    try {
      return this.#openWebSocket(this.#address(call).replace(/^http/, 'ws'), this.#credentials());
    } catch {
      return undefined;
    }
  }

  #asked({ method = 'GET', path }: Call): Asked {
    return { name: `${method} /api/v2${path}`, url: this.url, redact: (text) => this.#redact(text) };
  }

  async #send(call: Call, deadline: Deadline): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#fetch(this.#address(call), this.#init(call, deadline.signal));
      const { status, headers } = response;
      const delay = retryDelay({ method: call.method ?? 'GET', status, headers }, attempt);
      if (delay === undefined || delay >= deadline.remainingMs) return response;
      await response.body?.cancel();
      await sleep(delay, deadline.signal);
    }
  }

  async #limited<T>(call: Call, options: CallOptions, work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const deadline = new Deadline(options.timeoutMs ?? this.timeoutMs, options.signal);
    try {
      deadline.signal.throwIfAborted();
      return await work(deadline);
    } catch (error) {
      const { name, url } = this.#asked(call);
      const step = `Check that ${url}/healthz answers from here.`;
      const explained = deadline.explain(error, `${name} was not answered`, step);
      throw explained instanceof TypeError ? this.#unreachable(explained) : explained;
    }
  }

  /** `fetch` rejects with a TypeError for everything that kept it from an answer; why is in its causes. */
  #unreachable(error: TypeError): CoderError {
    const reason = [error, error.cause].findLast((cause) => cause instanceof Error && cause.message);
    return new CoderError('unreachable', {
      message: `No connection to ${this.url}: ${this.#redact((reason as Error).message)}`,
      nextStep: `Check the address, the network and its proxy: \`curl ${this.url}/healthz\`.`,
    });
  }

  #address({ path, query = {} }: Call): string {
    const url = new URL(`${this.url}/api/v2${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  /** A redirect is never followed: it leads to a sign-in page, and the token must not travel to another host. */
  #init({ method = 'GET', body }: Call, signal: AbortSignal): RequestInit {
    const json: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
    return {
      method,
      headers: { Accept: 'application/json', ...json, ...this.#credentials() },
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }

  #credentials(): Record<string, string> {
    return this.#token === undefined ? {} : { 'Coder-Session-Token': this.#token };
  }

  #redact(text: string): string {
    return this.#token ? text.replaceAll(this.#token, '…') : text;
  }
}

/** Browsers take no headers and throw for them: then there is no WebSocket for a token. */
const openGlobalWebSocket: OpenWebSocket = (url, headers) =>
  Object.keys(headers).length === 0
    ? new WebSocket(url)
    : new WebSocket(url, { headers } as unknown as string[]);

/** @throws CoderError; the message does not repeat an address with a password in it */
function deploymentUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) {
    return (url.origin + url.pathname).replace(/\/+$/, '');
  }
  throw new CoderError('invalid', {
    message: "The deployment's address is not an http or https address without a password",
    nextStep: 'Give it as in https://coder.example.com.',
  });
}

/** A header's value: visible ASCII (RFC 9110 section 5.5). */
function sendableToken(token: string): string {
  if (/^[\x21-\x7e]{1,1024}$/.test(token)) return token;
  throw new CoderError('invalid', {
    message: 'The session token is empty, longer than 1,024 characters or has characters that no token has',
    nextStep: 'Copy it again, without spaces or line breaks around it.',
  });
}
