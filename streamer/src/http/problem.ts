/** Answers that say what is wrong and what to do, the same over HTTP and in a refused WebSocket handshake. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { RefusalReason } from '@deskside/protocol';
import type { Refusal } from '../session/connection.ts';

export interface Problem {
  status: number;
  /** For programs, e.g. `token`. */
  reason: string;
  /** What happened and why. */
  message: string;
  /** What to do about it. */
  remedy: string;
}

const SIGN_IN = 'Run "deskside url" in the workspace and open the address that it prints.';

export const NO_TOKEN: Problem = {
  status: 401,
  reason: 'token',
  message: 'This desktop asks for its token.',
  remedy: SIGN_IN,
};

export const WRONG_TOKEN: Problem = {
  status: 401,
  reason: 'token',
  message: 'The token is not the one of this desktop.',
  remedy: SIGN_IN,
};

export const TOO_MANY_WRONG_TOKENS: Problem = {
  status: 429,
  reason: 'token',
  message: 'Too many wrong tokens are being tried.',
  remedy: 'Wait a minute, then open the address that "deskside url" prints.',
};

const LINKS = {
  expired: { status: 410, message: 'This link has expired.', remedy: 'Ask who sent it for a new one.' },
  revoked: { status: 410, message: 'This link was revoked.', remedy: 'Ask who sent it for a new one.' },
  altered: {
    status: 401,
    message: 'This link is not whole: it was cut off or changed on its way.',
    remedy: 'Open it as it was sent, from its first to its last letter.',
  },
};

/** A link that lets nobody in. */
export function badLink(problem: keyof typeof LINKS): Problem & { reason: RefusalReason } {
  return { reason: `link-${problem}`, ...LINKS[problem] };
}

export const NOT_FOUND: Problem = {
  status: 404,
  reason: 'path',
  message: 'There is nothing at this address.',
  remedy: 'Open the address that "deskside url" prints.',
};

export const METHOD_NOT_ALLOWED: Problem = {
  status: 405,
  reason: 'method',
  message: 'This address only answers GET and HEAD.',
  remedy: 'Use GET.',
};

export const UPGRADE_REQUIRED: Problem = {
  status: 426,
  reason: 'upgrade',
  message: 'This address is for WebSockets.',
  remedy: 'Connect with a WebSocket of the subprotocol deskside.v1.',
};

export const TLS_REQUIRED: Problem = {
  status: 426,
  reason: 'tls',
  message: 'This desktop speaks TLS only.',
  remedy: 'Use https: and wss: in the address.',
};

export const SERVER_ERROR: Problem = {
  status: 500,
  reason: 'error',
  message: 'The streamer failed to answer.',
  remedy: 'Look into its log with "deskside logs".',
};

export function foreignCookie(objection: string): Problem {
  return {
    status: 403,
    reason: 'origin',
    message: objection,
    remedy:
      'If that is a proxy of yours, have it pass the Host header on, or allow its origin with --allowed-origins (DESKSIDE_ALLOWED_ORIGINS).',
  };
}

/** The same in the words of the protocol, for a socket that is open already. */
export function refusalOf({ reason, message, remedy }: Problem): Refusal {
  const known = RefusalReason.options.find((one) => one === reason);
  return { reason: known ?? 'token', message, remedy };
}

/** Answers with the problem as JSON. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const { head, body } = render(problem);
  response.writeHead(problem.status, head).end(body);
}

/** Answers a handshake on the bare socket and closes it. */
export function refuseUpgrade(socket: Duplex, problem: Problem): void {
  const { head, body } = render(problem);
  const lines = Object.entries({ ...head, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`,
    () => socket.destroy(),
  );
}

function render({ status, ...told }: Problem): { head: Record<string, string | number>; body: string } {
  const body = `${JSON.stringify(told)}\n`;
  const head: Record<string, string | number> = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
  if (status === 401) head['WWW-Authenticate'] = 'Bearer';
  if (status === 405) head.Allow = 'GET, HEAD';
  if (status === 426) head.Upgrade = told.reason === 'tls' ? 'TLS/1.2, HTTP/1.1' : 'websocket';
  return { head, body };
}
