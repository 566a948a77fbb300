import type { RefusalReason } from './messages.ts';

/** WebSocket close codes (RFC 6455 section 7.4.2: 4000 to 4999 are private) for each reason of a refusal. */
export const CLOSE_CODE: Record<RefusalReason, number> = {
  ended: 4000,
  message: 4400,
  token: 4401,
  codec: 4406,
  version: 4409,
  full: 4429,
};
