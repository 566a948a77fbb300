/** What the gateway answers over plain HTTP. All addresses in answers are relative: a proxy's prefix is unknown. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Person } from '@deskside/protocol';
import type { Admission } from './admission.ts';
import { type Auth, PASSWORD } from './auth.ts';
import type { Files } from './files/files.ts';
import type { Metrics } from './metrics.ts';
import { type Page, sendAsset, sendErrorPage } from './page.ts';
import {
  METHOD_NOT_ALLOWED,
  NO_TOKEN,
  NOT_FOUND,
  type Problem,
  sendProblem,
  UPGRADE_REQUIRED,
} from './problem.ts';
import { securityHeaders } from './security-headers.ts';
import { pathOf, queryOf } from './target.ts';
import { sendHealth } from './without-tls.ts';

export interface RequestOptions {
  auth: Auth;
  admission: Admission;
  page: Page;
  allowedOrigins: readonly string[];
  metrics: Metrics;
  /** Whether the metrics are for everybody who reaches the port. */
  metricsArePublic: boolean;
  /** Whether a browser is to ask for a user and a password. */
  asksForPassword: boolean;
  /** What becomes of every picture for so many ms, as Chrome trace events; rejects while somebody else traces. */
  trace(duration: number): Promise<readonly object[]>;
  /** Everybody who is there. */
  people(): readonly Person[];
  /** The whole desktop, PNG; rejects with an error that says why there is none. */
  screenshot(): Promise<Buffer>;
  /** Undefined: there are none. */
  files: Files | undefined;
}

/** Longest trace, seconds: its request is open for so long, and proxies give up after 30 s and more. */
const MAX_TRACE = 25;

const FOR_OWNERS: Problem = {
  status: 403,
  reason: 'role',
  message: 'Only who owns the desktop is told that.',
  remedy: 'Use the address that "deskside url" prints.',
};

const TRACE_LENGTH: Problem = {
  status: 400,
  reason: 'seconds',
  message: `A trace takes more than 0 and at most ${MAX_TRACE} seconds.`,
  remedy: 'Ask with another number of seconds.',
};

/** A picture is not taken. */
function noPicture({ message }: Error): Problem {
  const remedy = 'Try again, and look into the log with "deskside logs" if it does not help.';
  return { status: 503, reason: 'screenshot', message: `No picture was taken: ${message}`, remedy };
}

const TRACED_ALREADY: Problem = {
  status: 409,
  reason: 'traced',
  message: 'Somebody traces this desktop right now.',
  remedy: 'Wait until that is over.',
};

/** A challenge (RFC 7617 section 2). */
const ASK_FOR_PASSWORD = 'Basic realm="Deskside", charset="UTF-8"';

export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createAnswer(options: RequestOptions): Answer {
  const { auth, admission, page, allowedOrigins, metrics, metricsArePublic, asksForPassword, files } =
    options;
  const headers = securityHeaders(page.policy, allowedOrigins);

  return async (request, response) => {
    const path = pathOf(request);
    const read = request.method === 'GET' || request.method === 'HEAD';
    if (path === '/ws') return explainSocket(request, response);
    if (path === '/trace') return answerTrace(request, response);
    if (path === '/people') return answerPeople(request, response);
    if (path === '/screenshot') return answerScreenshot(request, response);
    if (files?.owns(path)) return files.answer(request, response);
    const asset = page.assets.get(path.slice(1));
    if (!['/', '/healthz', '/metrics'].includes(path) && !asset) return sendProblem(response, NOT_FOUND);
    if (!read) return sendProblem(response, METHOD_NOT_ALLOWED);
    if (path === '/') return showPage(request, response);
    if (path === '/metrics') return showMetrics(request, response);
    if (asset) return sendAsset(request, response, asset, headers);
    sendHealth(response);
  };

  async function showPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { guest, problem } = await admission.admit(request);
    if (problem?.status === 403) return sendProblem(response, problem);
    if (problem) return showSignIn(request, response, problem);
    if (queryOf(request).has('token') && (await canBeExchanged(request))) return exchange(request, response);
    // Not every browser sends a password along with a WebSocket: the cookie goes everywhere.
    const byPassword = guest.credential === PASSWORD.credential && !(await auth.hasCookie(request));
    const cookie = byPassword && { 'Set-Cookie': await auth.cookieFor(request) };
    sendAsset(request, response, page.index, { ...headers, ...cookie });
  }

  function showSignIn(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
    const asset = (problem !== NO_TOKEN && page.signInAfter.get(problem.reason)) || page.signIn;
    // Whoever turns the browser's question away sees the page, which takes a token as well.
    const question = asksForPassword && problem.status === 401 && { 'WWW-Authenticate': ASK_FOR_PASSWORD };
    sendErrorPage(request, response, problem.status, asset, { ...headers, ...question });
  }

  /**
   * Not if the browser has its cookie already: a proxy that adds the token to a bare address (as Coder's does with an
   * app's url) would send it around in a circle. Not in a frame of another site, which gets no cookie: there the page
   * itself passes the token on.
   */
  async function canBeExchanged(request: IncomingMessage): Promise<boolean> {
    const inForeignFrame =
      request.headers['sec-fetch-dest'] === 'iframe' && request.headers['sec-fetch-site'] === 'cross-site';
    return !inForeignFrame && !(await auth.hasCookie(request));
  }

  /** Gives the cookie, and the address anew without the token, so that it stays in no history. */
  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rest = queryOf(request);
    rest.delete('token');
    response.writeHead(303, {
      // Only a query: it is resolved against the browser's own address, whatever prefix and final slash that has.
      Location: `?${rest}`,
      'Set-Cookie': await auth.cookieFor(request),
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    });
    response.end();
  }

  async function showMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const problem = metricsArePublic ? undefined : (await admission.admit(request)).problem;
    if (problem) return sendProblem(response, problem);
    const { type, body } = await metrics.render();
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
  }

  /** For owners: it says what everybody sees, when and how. */
  async function answerTrace(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(await isOwner(request, response))) return;
    const seconds = Number(queryOf(request).get('seconds') ?? 5);
    if (!(seconds > 0 && seconds <= MAX_TRACE)) return sendProblem(response, TRACE_LENGTH);
    const traceEvents = await options.trace(seconds * 1000).catch(() => undefined);
    if (!traceEvents) return sendProblem(response, TRACED_ALREADY);
    sendJson(response, { traceEvents });
  }

  async function answerPeople(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await isOwner(request, response)) sendJson(response, options.people());
  }

  /** For owners: whoever else looks at the desktop is seen among its people, and this is not. */
  async function answerScreenshot(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(await isOwner(request, response))) return;
    try {
      const picture = await options.screenshot();
      response.writeHead(200, {
        'Content-Type': 'image/png',
        'Content-Length': picture.byteLength,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        // Not even a page that may frame the desktop has it as an image of its own.
        'Cross-Origin-Resource-Policy': 'same-origin',
      });
      response.end(picture);
    } catch (error) {
      sendProblem(response, noPicture(error as Error));
    }
  }

  /** Answers whoever is none. */
  async function isOwner(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { guest, problem } = await admission.admit(request);
    if (problem) sendProblem(response, problem);
    else if (!guest.owner) sendProblem(response, FOR_OWNERS);
    return !problem && guest.owner;
  }

  /** For a page whose WebSocket failed: browsers do not tell it why, but they show it this answer. */
  async function explainSocket(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { problem } = await admission.admit(request);
    sendProblem(response, problem ?? UPGRADE_REQUIRED);
  }
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}
