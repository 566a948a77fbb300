/** How files are cut on their way: small enough that little is lost with a connection, large enough to be few. */

/** A piece takes about this long, ms: progress moves, and what was lost is soon there again. */
const WANTED_TIME = 1500;

/** Bytes. The most also keeps within what proxies allow a minute: 142 requests at the 38 MB/s of a fast one. */
const FIRST = 1024 * 1024;
const LEAST = 64 * 1024;
const MOST = 16 * 1024 * 1024;

export class ChunkSize {
  #bytes = FIRST;

  get bytes(): number {
    return this.#bytes;
  }

  /** @param time ms that it took */
  arrived(bytes: number, time: number): void {
    const fitting = (bytes * WANTED_TIME) / Math.max(time, 1);
    // A fast piece says little of the next: it grows step by step.
    this.#bytes = Math.round(Math.min(MOST, Math.max(LEAST, Math.min(fitting, this.#bytes * 4))));
  }

  lost(): void {
    this.#bytes = Math.max(LEAST, this.#bytes / 2);
  }
}

/** SHA-256 in base64; undefined where pages may not hash: those that came neither over HTTPS nor from localhost. */
export async function sha256(bytes: BufferSource): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))));
}
