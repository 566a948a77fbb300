import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CertificateFiles } from '../certificate.ts';

/** Certificates of our own for 127.0.0.1, in a folder that goes away with this. */
export class Certificates implements AsyncDisposable {
  readonly folder: string;

  static async open(): Promise<Certificates> {
    return new Certificates(await mkdtemp(join(tmpdir(), 'deskside-certificates-')));
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes one of this common name, over an earlier one of the same file name. */
  async make(commonName: string, file = commonName): Promise<CertificateFiles> {
    const files = { cert: join(this.folder, `${file}.crt`), key: join(this.folder, `${file}.key`) };
    await promisify(execFile)('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', `/CN=${commonName}`, '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', files.key, '-out', files.cert],
    ]);
    return files;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
