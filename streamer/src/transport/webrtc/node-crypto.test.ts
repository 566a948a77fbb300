import { verify, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import nacl, { Certificate, PrivateKey, p256 } from './node-crypto.ts';
import { selfSigned } from './self-signed.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

// The first of NIST's vectors for the primitive ECC CDH (SP 800-56A section 5.7.1.2) on P-256.
const P256 = {
  theirs:
    '04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac',
  secretKey: '7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534',
  publicKey:
    '04ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b23028af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141',
  shared: '46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b',
};

// RFC 7748 section 6.1.
const X25519 = {
  theirs: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
  secretKey: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
  shared: '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
};

it('agrees on P-256 with what NIST says', () => {
  expect(hex(p256.getPublicKey(bytes(P256.secretKey)))).toBe(P256.publicKey);
  const shared = p256.getSharedSecret(bytes(P256.secretKey), bytes(P256.theirs));
  expect(shared).toHaveLength(33);
  expect(hex(shared.subarray(1))).toBe(P256.shared);
});

it('makes keys of P-256 by which two agree', () => {
  for (let i = 0; i < 300; i++) {
    const [mine, yours] = [p256.utils.randomPrivateKey(), p256.utils.randomPrivateKey()];
    expect(mine).toHaveLength(32);
    expect(mine).not.toEqual(yours);
    const secret = p256.getSharedSecret(mine, p256.getPublicKey(yours));
    expect(secret).toEqual(p256.getSharedSecret(yours, p256.getPublicKey(mine)));
  }
});

it('refuses a point that is not on the curve', () => {
  const wrong = bytes(P256.theirs);
  wrong[64]! ^= 1;
  expect(() => p256.getSharedSecret(bytes(P256.secretKey), wrong)).toThrow();
});

it('agrees on X25519 with RFC 7748', () => {
  expect(hex(nacl.scalarMult(bytes(X25519.secretKey), bytes(X25519.theirs)))).toBe(X25519.shared);
  expect(() => nacl.scalarMult(bytes(X25519.secretKey), new Uint8Array(32))).toThrow();
});

it('makes keys of X25519 by which two agree, each in a buffer of its own', () => {
  const [mine, yours] = [nacl.box.keyPair(), nacl.box.keyPair()];
  expect(mine.secretKey).not.toEqual(yours.secretKey);
  for (const key of [mine.secretKey, mine.publicKey]) expect(key.buffer.byteLength).toBe(32);
  expect(nacl.scalarMult(mine.secretKey, yours.publicKey)).toEqual(
    nacl.scalarMult(yours.secretKey, mine.publicKey),
  );
});

it('reads a certificate, and signs with its key', () => {
  const { cert, key } = selfSigned('somebody');
  const certificate = Certificate.fromPEM(Buffer.from(cert));
  expect(certificate.raw).toEqual(new X509Certificate(cert).raw);
  const privateKey = PrivateKey.fromPEM(Buffer.from(key));
  expect(privateKey.toPEM()).toBe(key);
  const text = Buffer.from('what is to be signed');
  const signature = privateKey.sign(text, 'sha256');
  expect(verify('sha256', text, certificate.publicKey.toPEM(), signature)).toBe(true);
});
