/** When to try again, as a policy without I/O. Times are milliseconds. */

export interface Answered {
  method: string;
  status: number;
  headers: { get(name: string): string | null };
}

/** Attempts of one request in all. */
const MAX_ATTEMPTS = 4;

/** The statuses of a proxy whose server is restarting. A write may have reached the server all the same. */
const PASSING = new Set([502, 503, 504]);

/**
 * How long to wait before the same request is sent again; undefined: never. Safe are a 429, which did nothing (RFC 6585
 * section 4), and a passing failure of a request that changes nothing.
 *
 * @param attempt 1 after the first try
 */
export function retryDelay(answer: Answered, attempt: number): number | undefined {
  const safe = answer.status === 429 || (answer.method === 'GET' && PASSING.has(answer.status));
  if (!safe || attempt >= MAX_ATTEMPTS) return undefined;
  return retryAfter(answer.headers) ?? backOff(attempt);
}

/** Doubling from 250 ms to 15 s, the upper half of each step by chance, so that many clients do not come back as one. */
export function backOff(failures: number, random = Math.random): number {
  return Math.min(15_000, 250 * 2 ** Math.min(failures - 1, 10)) * (0.5 + random() / 2);
}

/**
 * The `Retry-After` header (RFC 9110 section 10.2.3), seconds or a date. A date counts from the server's own `Date`:
 * this machine's clock may be off.
 */
export function retryAfter(headers: Answered['headers']): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
