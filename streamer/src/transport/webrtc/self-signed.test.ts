import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { selfSigned } from './self-signed.ts';

it('makes certificates that OpenSSL reads, signed with their own keys, whatever the name', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60 }), (name) => {
      const { cert, key } = selfSigned(name);
      const certificate = new X509Certificate(cert);
      expect(certificate.verify(certificate.publicKey)).toBe(true);
      expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
      expect(certificate.toLegacyObject().subject.CN).toBe(name);
      createSecureContext({ cert, key });
    }),
    { numRuns: 50 },
  );
});

it('makes another one each time', () => {
  const [one, other] = [selfSigned('a'), selfSigned('a')].map(({ cert }) => new X509Certificate(cert));
  expect(one!.fingerprint256).not.toBe(other!.fingerprint256);
  expect(one!.serialNumber).not.toBe(other!.serialNumber);
});
