import { CoderError, codeOfStatus, type Validation } from './errors.ts';
import { retryAfter } from './retry.ts';
import { mismatch, type Shape } from './shape.ts';

/** Bytes of an answer: a page of 100 workspaces with many agents is about 5 MB. */
const MAX_ANSWER = 32 * 1024 * 1024;

/** Characters of a server's own text in one of our errors: enough to understand, short enough to show. */
const MAX_QUOTED = 500;

/** What an error needs to know of the request that it is about. */
export interface Asked {
  /** Such as `GET /api/v2/users/me`: no query, no token. */
  name: string;
  /** The deployment's address. */
  url: string;
  /** Takes the token out of text that a server sent. */
  redact(text: string): string;
}

/** @throws CoderError if the answer is an error, a redirect, no JSON, cut off or of another shape */
export async function readJson<T>(response: Response, asked: Asked, shape: Shape): Promise<T> {
  await expectSuccess(response, asked);
  if (!isJson(response)) throw notCoder(asked, `answered with ${describeType(response)}`, response.status);
  const text = await readText(response, asked);
  const value = parse(text);
  if (value === undefined) {
    throw cutOff(asked, `ended in the middle of its JSON, after ${text.length} characters`, response.status);
  }
  return fit<T>(value, asked, shape);
}

/** @throws CoderError if the answer is an error or a redirect */
export async function expectSuccess(response: Response, asked: Asked): Promise<void> {
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    await response.body?.cancel();
    throw notCoder(asked, `redirects ${destination(response, asked)}`, response.status || undefined);
  }
  if (!response.ok) throw await refusal(response, asked);
}

/** @throws CoderError if a message of a stream is no JSON or of another shape */
export function readMessage<T>(text: string, asked: Asked, shape: Shape): T {
  const value = parse(text);
  if (value === undefined) throw unexpected(asked, 'a message is not JSON');
  return fit<T>(value, asked, shape);
}

function fit<T>(value: unknown, asked: Asked, shape: Shape): T {
  const difference = mismatch(value, shape);
  if (difference) throw unexpected(asked, difference);
  return value as T;
}

/** @returns undefined for text that is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function refusal(response: Response, asked: Asked): Promise<CoderError> {
  const text = await readText(response, asked);
  const body = isJson(response) ? errorBody(text) : {};
  const quote = (value: unknown) =>
    typeof value === 'string' ? asked.redact(value).slice(0, MAX_QUOTED) : undefined;
  const validations = Array.isArray(body.validations) ? (body.validations as Partial<Validation>[]) : [];
  const said = quote(body.message) ?? pageTitle(text, response);
  return new CoderError(codeOfStatus(response.status), {
    status: response.status,
    message: `${asked.name} was refused with ${response.status}${said ? `: ${said}` : ''}`,
    detail: quote(body.detail),
    validations: validations.map(({ field, detail }) => ({
      field: quote(field) ?? '',
      detail: quote(detail) ?? '',
    })),
    retryAfterMs: retryAfter(response.headers),
    nextStep: nextStep(response, asked),
  });
}

function nextStep(response: Response, { url }: Asked): string {
  switch (response.status) {
    case 400:
    case 422:
      return 'Correct what is named here and send it again.';
    case 401:
      return `Sign in again: run \`coder login ${url}\`, or take a new token from ${url}/cli-auth.`;
    case 403:
      return "Use an account that may do this, or ask the deployment's administrator.";
    case 404:
      return 'Check the name and the account: `coder list` shows the workspaces that this account can see.';
    case 409:
      return 'Wait until the running build is done, or choose another name.';
    case 429: {
      const wait = retryAfter(response.headers);
      return `Wait ${wait === undefined ? 'a minute' : `${Math.ceil(wait / 1000)} s`}, and watch instead of polling.`;
    }
    default:
      return `Try again later; if it stays, open ${url}/healthz and read the server's log.`;
  }
}

function errorBody(text: string): Record<string, unknown> {
  const body = parse(text);
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function pageTitle(text: string, response: Response): string {
  const title = /<title>\s*([^<]{1,200}?)\s*<\/title>/i.exec(text)?.[1];
  return isJson(response) || !text ? '' : `${describeType(response)}${title ? ` titled "${title}"` : ''}`;
}

function unexpected(asked: Asked, difference: string): CoderError {
  return new CoderError('unexpected', {
    message: `${asked.name} was not answered as Coder does: ${difference}`,
    nextStep: `Check that ${asked.url} is a Coder deployment of a version that this client knows.`,
  });
}

function notCoder(asked: Asked, did: string, status?: number): CoderError {
  return new CoderError('not_coder', {
    status,
    message: `${asked.name} at ${asked.url} ${did} where Coder answers with JSON`,
    nextStep: `Open ${asked.url} in a browser: a proxy or a sign-in page stands in front. Use the address that Coder itself gives, and let its /api/v2 pass.`,
  });
}

function cutOff(asked: Asked, how: string, status?: number, cause?: unknown): CoderError {
  return new CoderError('truncated', {
    status,
    cause,
    message: `The answer to ${asked.name} ${how}`,
    nextStep: 'Try again; if it stays, a proxy on the way cuts answers off.',
  });
}

/** The query stays out: a sign-in's redirect carries secrets there. */
function destination(response: Response, asked: Asked): string {
  const location = response.headers.get('location');
  if (!location || !URL.canParse(location, asked.url)) return 'elsewhere';
  const { origin, pathname } = new URL(location, asked.url);
  return `to ${asked.redact(origin + pathname).slice(0, MAX_QUOTED)}`;
}

function isJson(response: Response): boolean {
  return /^application\/(.+\+)?json\b/i.test(response.headers.get('content-type') ?? '');
}

function describeType(response: Response): string {
  const type = response.headers.get('content-type')?.split(';')[0];
  return type === 'text/html' ? 'a web page' : `content of type ${type ?? 'unknown'}`;
}

async function readText(response: Response, asked: Asked): Promise<string> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > MAX_ANSWER) throw cutOff(asked, `is longer than ${MAX_ANSWER} bytes`, response.status);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    if (error instanceof CoderError || isAbort(error)) throw error;
    throw cutOff(asked, `broke off after ${bytes} bytes`, response.status, error);
  } finally {
    reader.cancel().catch(() => {});
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
