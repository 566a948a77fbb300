/** Checks that several rows of the settings table share: each reads the text that was given and makes the value. */
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { MAX_SCREEN_SIDE, MIN_SCREEN_SIDE } from '@deskside/protocol';
import * as v from 'valibot';
import { parseLayout } from '../display/layout-name.ts';
import { parseStunUri, parseTurnUri } from '../transport/webrtc/ice-uris.ts';

/** A check of a setting: text in, value out. */
export type Check = v.GenericSchema<string, unknown>;

/** `low` and `high` are allowed as well. */
export function wholeNumber(low: number, high: number) {
  return v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), v.minValue(low), v.maxValue(high));
}

const side = v.pipe(v.number(), v.minValue(MIN_SCREEN_SIDE), v.maxValue(MAX_SCREEN_SIDE));

/** `1920x1080` → `{width, height}`, device pixels. */
export const screenSize = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}x\d{1,5}$/i),
  v.transform((text) => {
    const [width, height] = text.toLowerCase().split('x').map(Number);
    return { width, height };
  }),
  v.object({ width: side, height: side }),
);

export const screenSizeAllowed = `WIDTHxHEIGHT, each ${MIN_SCREEN_SIDE} to ${MAX_SCREEN_SIDE} pixels`;

/** Wraps a check of a setting that has no value until one is given. */
export function unset<S extends Check>(check: S) {
  return v.union([
    v.pipe(
      v.literal(''),
      v.transform(() => undefined),
    ),
    check,
  ]);
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000 };

/** A time as people write it, `90s`, `30m` or `2h` → ms; `0` → undefined: no limit. */
export const timeLimit = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9]\d{0,4}[smh])$/),
  v.transform((text) =>
    text === '0' ? undefined : Number(text.slice(0, -1)) * UNITS[text.at(-1) as 's' | 'm' | 'h'],
  ),
);

/** Display number, with or without its colon → `:N`. X servers take numbers up to 65535 − 6000 (TCP port 6000 + N). */
export const displayNumber = v.pipe(
  v.string(),
  v.regex(/^:?\d{1,5}$/),
  v.transform((text) => Number(text.replace(':', ''))),
  v.maxValue(59535),
  v.transform((number) => `:${number}`),
);

/** `us/dvorak` → `{layout: 'us', variant: 'dvorak'}`, names of XKB. */
export const keyboardLayout = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9_-]{1,32}(\/[a-z0-9_-]{1,32})?$/i),
  v.transform(parseLayout),
);

/** A path, `~/` being the home directory → an absolute one. */
export const path = v.pipe(
  v.string(),
  v.check((text) => !text.includes('\0')),
  v.transform((text) => resolve(text.replace(/^~(?=\/|$)/, homedir()))),
);

/** IP addresses separated by commas, e.g. `203.0.113.7, 2001:db8::7`. */
export const addresses = v.pipe(
  v.string(),
  v.transform(listed),
  v.array(
    v.pipe(
      v.string(),
      v.check((address) => isIP(address) !== 0),
    ),
  ),
);

/** Origins (RFC 6454) separated by commas, e.g. `https://desk.example.com, http://10.0.0.5:6080`. */
export const origins = v.pipe(
  v.string(),
  v.transform(listed),
  v.array(
    v.pipe(
      v.string(),
      v.check(isOrigin),
      v.transform((text) => new URL(text).origin),
    ),
  ),
);

/** A name or a secret. */
export const short = v.pipe(v.string(), v.maxLength(256));

/** RFC 7064. */
export const stunUri = v.pipe(
  v.string(),
  v.check((text) => parseStunUri(text) !== undefined),
);

/** RFC 7065, separated by commas. */
export const turnUris = v.pipe(
  v.string(),
  v.transform(listed),
  v.array(
    v.pipe(
      v.string(),
      v.check((text) => parseTurnUri(text) !== undefined),
    ),
  ),
);

export const webAddress = v.pipe(
  v.string(),
  v.check((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')),
);

/** `Name: value; Name: value` → by name. */
export const headerFields = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(';')
      .filter((field) => field.trim() !== '')
      .map((field) => /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([^\r\n]*?)\s*$/.exec(field)),
  ),
  v.check((fields) => fields.every((field) => field !== null)),
  v.transform((fields) => Object.fromEntries(fields.map((field) => [field![1]!, field![2]!]))),
);

function listed(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.href === `${url.origin}/`;
}
