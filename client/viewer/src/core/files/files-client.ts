/** Requests to the desktop about its files. All addresses are relative to the desktop's: it may lie below any prefix. */

import { withTrailingSlash } from '../desktop-address.ts';

/** Why something about files did not work, in the streamer's words. */
export class FilesError extends Error {
  readonly remedy: string;
  /** HTTP status; 0: nothing answered. */
  readonly status: number;
  /** Wait so long before trying again, ms, if the answer says. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message = '', remedy = '', retryAfter?: number) {
    super(message);
    this.name = 'FilesError';
    this.status = status;
    this.remedy = remedy;
    this.retryAfter = retryAfter;
  }

  /** Nothing is wrong with the file: the same request may work later. */
  get isPassing(): boolean {
    return [0, 408, 409, 423, 425, 429, 460, 502, 503, 504].includes(this.status);
  }
}

/** What lies in a folder. */
export interface FileEntry {
  name: string;
  kind: 'file' | 'folder';
  /** Bytes; 0 of a folder. */
  size: number;
  /** Ms since the Unix epoch. */
  modified: number;
}

export interface Listing {
  entries: readonly FileEntry[];
  /** There are more than are listed. */
  more: boolean;
}

export class FilesClient {
  readonly #desktop: URL;
  readonly #token: string | undefined;
  readonly #visit: () => string | undefined;

  /**
   * @param token where no cookie carries it
   * @param visit names this visit, whose role decides
   */
  constructor(desktop: URL, token: string | undefined, visit: () => string | undefined) {
    this.#desktop = withTrailingSlash(desktop);
    this.#token = token;
    this.#visit = visit;
  }

  /** Whether addresses work by themselves, as links, because a cookie lets them in. */
  get hasCookie(): boolean {
    return this.#token === undefined;
  }

  get uploads(): URL {
    return new URL('files/uploads', this.#desktop);
  }

  /** Where uploads have a WebSocket of their own. */
  get line(): URL {
    return new URL('files/line', this.#desktop);
  }

  content(path: string): URL {
    return new URL(`files/content?path=${encodeURIComponent(path)}`, this.#desktop);
  }

  /** A folder as a whole. */
  archive(path: string): URL {
    return new URL(`files/archive?path=${encodeURIComponent(path)}`, this.#desktop);
  }

  /** The same address for the browser's own downloads. */
  link(of: URL): URL {
    const address = new URL(of);
    const visit = this.#visit();
    if (visit) address.searchParams.set('visit', visit);
    return address;
  }

  /** @throws FilesError */
  async list(path: string): Promise<Listing> {
    const answer = await this.fetch(new URL(`files?path=${encodeURIComponent(path)}`, this.#desktop));
    try {
      return (await answer.json()) as Listing;
    } catch {
      // A proxy's page, most likely one that asks to sign in again.
      throw new FilesError(502);
    }
  }

  /** @throws FilesError if it is refused or does not arrive */
  async fetch(
    address: URL,
    init: RequestInit & { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const answer = await fetch(address, { ...init, headers: this.headers(init.headers) }).catch(
      (error: Error) => {
        if (init.signal?.aborted) throw error;
        throw new FilesError(0);
      },
    );
    if (answer.ok) return answer;
    throw await refusal(
      answer.status,
      answer.headers.get('Retry-After'),
      await answer.text().catch(() => ''),
    );
  }

  /** Those of every request: the token's and the visit's. */
  headers(headers: Record<string, string> = {}): Record<string, string> {
    const visit = this.#visit();
    return {
      ...headers,
      ...(this.#token !== undefined && { Authorization: `Bearer ${this.#token}` }),
      ...(visit !== undefined && { 'Deskside-Visit': visit }),
    };
  }
}

/** Reads what the streamer says about a refusal; what a proxy says is not for people. */
export function refusal(status: number, retryAfter: string | null, body: string): FilesError {
  const seconds = Number(retryAfter ?? undefined);
  const wait = Number.isFinite(seconds) ? 1000 * seconds : undefined;
  try {
    const { message, remedy } = JSON.parse(body) as { message?: unknown; remedy?: unknown };
    return new FilesError(status, String(message ?? ''), String(remedy ?? ''), wait);
  } catch {
    return new FilesError(status, '', '', wait);
  }
}
