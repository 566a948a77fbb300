/**
 * A certificate that nobody vouches for, in DER (RFC 5280 section 4.1): the viewer knows it by its fingerprint alone.
 * The library that werift makes one with takes 4 MB and holds the gateway up for 50 ms (measured).
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** Both PEM. */
export interface SelfSigned {
  cert: string;
  key: string;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
/** `[0]`, of a certificate's version. */
const EXPLICIT_0 = 0xa0;

/** `AlgorithmIdentifier` of ecdsa-with-SHA256 (RFC 5758 section 3.2). */
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
/** `AttributeType` of a common name (RFC 5280 appendix A). */
const COMMON_NAME = Buffer.from('0603550403', 'hex');

/** As long as this form of time can tell: whoever compares fingerprints looks at no clock. */
const VALIDITY = value(
  SEQUENCE,
  value(UTC_TIME, Buffer.from('700101000000Z')),
  value(UTC_TIME, Buffer.from('491231235959Z')),
);

/** @param name common name of whom it is of and by */
export function selfSigned(name: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const attribute = value(SEQUENCE, COMMON_NAME, value(UTF8_STRING, Buffer.from(name)));
  const distinguished = value(SEQUENCE, value(SET, attribute));
  const version3 = value(EXPLICIT_0, value(INTEGER, Buffer.of(2)));
  // Positive, in the fewest bytes: the first bit is 0, the next is 1.
  const serial = value(INTEGER, Buffer.of(0x40), randomBytes(8));
  const toBeSigned = value(
    SEQUENCE,
    ...[version3, serial, ECDSA_WITH_SHA256, distinguished, VALIDITY, distinguished],
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  // No bits of the last byte are unused.
  const der = value(SEQUENCE, toBeSigned, ECDSA_WITH_SHA256, value(BIT_STRING, Buffer.of(0), signature));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Tag, length and content (X.690 section 8.1), of less than 64 KiB. */
function value(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...lengthBytes), body]);
}
