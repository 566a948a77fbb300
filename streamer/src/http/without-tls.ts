/** Answers requests in the clear at a port that has TLS: nothing is told that a listener on the way could use. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendProblem, TLS_REQUIRED } from './problem.ts';
import { pathOf } from './target.ts';

/** Sends browsers to the same address over TLS; probes of the machine's health need none. */
export function answerWithoutTls(request: IncomingMessage, response: ServerResponse): void {
  const { host } = request.headers;
  if (pathOf(request) === '/healthz') sendHealth(response);
  else if (request.method === 'GET' && host !== undefined && /^[\w.:[\]-]+$/.test(host)) {
    response.writeHead(308, { Location: `https://${host}${request.url}`, 'Cache-Control': 'no-store' }).end();
  } else sendProblem(response, TLS_REQUIRED);
}

/** The same with and without TLS. */
export function sendHealth(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end('{"status":"ok"}\n');
}
