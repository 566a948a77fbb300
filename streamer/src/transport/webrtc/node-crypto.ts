/**
 * What werift uses of three packages of cryptography, by Node's own: `@noble/curves/p256`, `tweetnacl` and `@fidm/x509`. They
 * are 170 KB of text, make 2 MB of points for a first key, and take ms where this takes µs (measured). The built streamer has
 * this in their place (build.mjs); names and arguments are theirs.
 */
import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';

const P256 = 'prime256v1';

/** Of private keys and coordinates, bytes. */
const SIZE = 32;

/** In front of a compressed point whose y is even (SEC 1 section 2.3.3). Which it is nobody looks at here. */
const EVEN = Buffer.of(2);

/** `PrivateKeyInfo` of X25519 up to the key (RFC 8410 section 7). */
const X25519_PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** `SubjectPublicKeyInfo` of X25519 up to the key (RFC 8410 section 4). */
const X25519_PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');

/** Of `@noble/curves/p256`. */
export const p256 = {
  utils: { randomPrivateKey },
  /** @returns the point, uncompressed (SEC 1 section 2.3.3) */
  getPublicKey: (privateKey: Uint8Array): Buffer => onP256(privateKey).getPublicKey(),
  /**
   * @returns a byte, and x of the point that both have
   * @throws Error if the public key is not on the curve
   */
  getSharedSecret: (privateKey: Uint8Array, publicKey: Uint8Array): Buffer =>
    Buffer.concat([EVEN, onP256(privateKey).computeSecret(publicKey)]),
};

function randomPrivateKey(): Buffer {
  const ecdh = createECDH(P256);
  ecdh.generateKeys();
  const key = ecdh.getPrivateKey();
  return Buffer.concat([Buffer.alloc(SIZE - key.byteLength), key]);
}

function onP256(privateKey: Uint8Array) {
  const ecdh = createECDH(P256);
  ecdh.setPrivateKey(privateKey);
  return ecdh;
}

/** Of `tweetnacl`: X25519 (RFC 7748). */
export default {
  box: {
    /** Each with a buffer of its own. */
    keyPair(): { secretKey: Uint8Array; publicKey: Uint8Array } {
      const secretKey = new Uint8Array(randomBytes(SIZE));
      const spki = createPublicKey(x25519(secretKey)).export({ type: 'spki', format: 'der' });
      return { secretKey, publicKey: new Uint8Array(spki.subarray(X25519_PUBLIC.byteLength)) };
    },
  },
  /** @throws Error if the public key gives zero for every private one (RFC 7748 section 6.1) */
  scalarMult(secretKey: Uint8Array, publicKey: Uint8Array): Buffer {
    const key = Buffer.concat([X25519_PUBLIC, publicKey]);
    return diffieHellman({
      privateKey: x25519(secretKey),
      publicKey: createPublicKey({ key, type: 'spki', format: 'der' }),
    });
  },
};

function x25519(secretKey: Uint8Array): KeyObject {
  const key = Buffer.concat([X25519_PRIVATE, secretKey]);
  return createPrivateKey({ key, type: 'pkcs8', format: 'der' });
}

/** Of `@fidm/x509`. */
export class Certificate {
  static fromPEM(pem: Buffer): Certificate {
    return new Certificate(new X509Certificate(pem));
  }

  /** DER. */
  readonly raw: Buffer;
  readonly publicKey: { toPEM(): string };

  private constructor({ raw, publicKey }: X509Certificate) {
    this.raw = raw;
    this.publicKey = { toPEM: () => publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  }
}

/** Of `@fidm/x509`. */
export class PrivateKey {
  static fromPEM(pem: Buffer): PrivateKey {
    return new PrivateKey(createPrivateKey(pem));
  }

  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
  }

  toPEM(): string {
    return this.#key.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** @param hash as Node calls it */
  sign(data: Buffer, hash: string): Buffer {
    return sign(hash, data, this.#key);
  }
}
