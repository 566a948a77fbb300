/** The certificate of the port: read from files, and again when they change. */
import { X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';

/** Where it lies, both PEM (RFC 7468). */
export interface CertificateFiles {
  /** The certificate and, after it, those between it and the root. */
  cert: string;
  /** Its private key, without a passphrase. */
  key: string;
}

/** Both files' content, checked: they belong together. */
export interface Certificate {
  cert: Buffer;
  key: Buffer;
}

/**
 * How often the files are looked at, ms. Looked at and not listened to: who renews certificates swaps links far above
 * them, as Kubernetes' secrets and certbot do.
 */
const LOOK_EVERY = 1000;

/** @throws Error that says which file cannot be used, why, and what to do */
export async function readCertificate({
  cert: certFile,
  key: keyFile,
}: CertificateFiles): Promise<Certificate> {
  const cert = await read(certFile, '--tls-cert (DESKSIDE_TLS_CERT)');
  const key = await read(keyFile, '--tls-key (DESKSIDE_TLS_KEY)');
  try {
    new X509Certificate(cert);
  } catch (error) {
    throw unusable(
      `${certFile} holds no certificate in PEM`,
      error,
      'Give the full chain, as in fullchain.pem.',
    );
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const problem = `The key in ${keyFile} does not go with the certificate in ${certFile}`;
    throw unusable(problem, error, 'Give the key, in PEM and without a passphrase, for which it was made.');
  }
  return { cert, key };
}

/** Calls back with each good new certificate until it is disposed of; what cannot be used changes nothing. */
export function watchCertificate(
  files: CertificateFiles,
  onChange: (certificate: Certificate) => void,
  log: Logger,
): Disposable {
  const reload = async (): Promise<void> => {
    try {
      const certificate = await readCertificate(files);
      onChange(certificate);
      const { subject, validTo } = new X509Certificate(certificate.cert);
      log.info({ subject, validTo }, 'certificate reloaded');
    } catch (error) {
      log.error(`The certificate stays the earlier one. ${(error as Error).message}`);
    }
  };
  const listener = (): void => void reload();
  const paths = new Set([files.cert, files.key]);
  for (const path of paths) watchFile(path, { interval: LOOK_EVERY, persistent: false }, listener);
  return {
    [Symbol.dispose]() {
      for (const path of paths) unwatchFile(path, listener);
    },
  };
}

async function read(path: string, setting: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unusable(
      `${path} cannot be read`,
      error,
      `Make it readable, or give another file with ${setting}.`,
    );
  }
}

function unusable(what: string, cause: unknown, remedy: string): Error {
  return new Error(`${what} (${(cause as Error).message}). ${remedy}`, { cause });
}
