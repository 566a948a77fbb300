/** What went wrong, for code that decides by it. */
export type CoderErrorCode =
  /** 401: no session, or one that has ended. */
  | 'unauthorized'
  /** 403: signed in, but not allowed. */
  | 'forbidden'
  /** 404: not there, or not visible to this account. */
  | 'not_found'
  /** 409: a build is already running, or the name is taken. */
  | 'conflict'
  /** 400 and 422: the request's content; see `validations`. */
  | 'invalid'
  /** 429; see `retryAfterMs`. */
  | 'rate_limited'
  /** Any other status that is not a success. */
  | 'failed'
  /** No connection: name, network, TLS. */
  | 'unreachable'
  /** No answer, or not the awaited state, within the time limit. */
  | 'timeout'
  /** A web page or a redirect where Coder's JSON should be: a proxy or a sign-in page stands in front. */
  | 'not_coder'
  /** The answer ended too early, or is longer than any real one. */
  | 'truncated'
  /** JSON, but not what this endpoint answers. */
  | 'unexpected'
  /** The workspace's build failed or was cancelled. */
  | 'build_failed'
  /** What was waited for cannot come: the workspace is stopping, the agent or the app is not part of it. */
  | 'unavailable';

export interface Validation {
  /** The field of the request. */
  field: string;
  detail: string;
}

export interface CoderErrorParts {
  /** What happened and why, without a full stop. */
  message: string;
  /** What to do about it: a sentence. */
  nextStep: string;
  status?: number | undefined;
  detail?: string | undefined;
  validations?: Validation[] | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * Every failure but an abort by the caller's own signal (that rejects with the signal's reason). `message` says what
 * happened, why, and the next step; it holds no token.
 */
export class CoderError extends Error {
  override readonly name = 'CoderError';
  readonly code: CoderErrorCode;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The server's own detail, where it gave one. */
  readonly detail: string | undefined;
  readonly validations: readonly Validation[];
  readonly nextStep: string;
  /** How long the server asks to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: CoderErrorCode, parts: CoderErrorParts) {
    super(sentence(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.status = parts.status;
    this.detail = parts.detail;
    this.validations = parts.validations ?? [];
    this.nextStep = parts.nextStep;
    this.retryAfterMs = parts.retryAfterMs;
  }
}

/** @returns the code for a status that is not a success */
export function codeOfStatus(status: number): CoderErrorCode {
  return CODES[status] ?? 'failed';
}

const CODES: Record<number, CoderErrorCode> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  422: 'invalid',
  429: 'rate_limited',
};

function sentence({ message, detail, validations = [], nextStep }: CoderErrorParts): string {
  const fields = validations.map(({ field, detail }) => `${field}: ${detail}`);
  const why = [message, ...(detail && detail !== message ? [detail] : []), ...fields];
  return `${why.map(withoutStop).join('. ')}. ${nextStep}`;
}

function withoutStop(text: string): string {
  return text.trim().replace(/[.\s]+$/, '');
}
