/** A request's target (RFC 9112 section 3.2.1), in its parts. */
import type { IncomingMessage } from 'node:http';

export function pathOf(request: IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? '';
}

export function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams(request.url?.split('?').slice(1).join('?'));
}
