import type { RefusalReason } from './messages.ts';

/** WebSocket close codes (RFC 6455 section 7.4.2: 4000 to 4999 are private) for each reason of a refusal. */
export const CLOSE_CODE: Record<RefusalReason, number> = {
  ended: 4000,
  message: 4400,
  token: 4401,
  removed: 4403,
  codec: 4406,
  idle: 4408,
  version: 4409,
  'link-expired': 4410,
  'link-revoked': 4411,
  'link-altered': 4412,
  full: 4429,
};
