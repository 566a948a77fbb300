/** Unfinished uploads on disk, each chunk checked by its hash (the checksum extension of the tus protocol 1.0). */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';
import { Upload } from '@tus/server';
import type { BandwidthShare } from './bandwidth-share.ts';
import { codeOf } from './shared-folder.ts';

/** What an unfinished upload is kept for, ms: a night's sleep and a morning. */
const EXPIRES_AFTER = 24 * 60 * 60 * 1000;

/** Finished ones that are remembered, for a client whose last answer was lost. */
const MAX_FINISHED = 1000;

/** tus' own way of refusing. */
export interface Refused {
  status_code: number;
  body: string;
}

/** Status 460 is the extension's own. */
export const CHECKSUM_MISMATCH: Refused = {
  status_code: 460,
  body: 'The bytes do not match their checksum.\n',
};
const BAD_CHECKSUM: Refused = { status_code: 400, body: 'Only sha256 is understood in Upload-Checksum.\n' };
export const FULL: Refused = { status_code: 507, body: 'There is no room left on the disk.\n' };

/** One request's `Upload-Checksum`, which the library passes to nobody. */
const checksumOfRequest = new AsyncLocalStorage<string | undefined>();

export class UploadStore extends FileStore {
  readonly #share: BandwidthShare;
  /** Sizes by id. */
  readonly #finished = new Map<string, number>();

  constructor(directory: string, share: BandwidthShare) {
    super({ directory, expirationPeriodInMilliseconds: EXPIRES_AFTER });
    this.#share = share;
    this.extensions.push('checksum');
  }

  /** Runs what handles a request that has this `Upload-Checksum`. */
  withChecksum<T>(checksum: string | undefined, handle: () => T): T {
    return checksumOfRequest.run(checksum, handle);
  }

  pathOf(id: string): string {
    return join(this.directory, id);
  }

  /** Its file has got its place: whoever asks hears that all of it is there. */
  async finish(id: string, size: number): Promise<void> {
    this.#finished.set(id, size);
    if (this.#finished.size > MAX_FINISHED) this.#finished.delete(this.#finished.keys().next().value!);
    await this.configstore.delete(id);
  }

  override async getUpload(id: string): Promise<Upload> {
    const size = this.#finished.get(id);
    return size === undefined ? super.getUpload(id) : new Upload({ id, size, offset: size });
  }

  /** @returns the new offset @throws Refused; nothing of an unproven chunk is kept then */
  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const expected = expectedHash(checksumOfRequest.getStore());
    const hash = createHash('sha256');
    let end = offset;
    using transfer = this.#share.join();
    const pass = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        await transfer.take(chunk.byteLength);
        if (expected !== undefined) hash.update(chunk);
        end += chunk.byteLength;
        yield chunk;
      }
    };
    const path = this.pathOf(id);
    try {
      await pipeline(source, pass, createWriteStream(path, { flags: 'r+', start: offset }));
    } catch (error) {
      await truncate(path, offset).catch(() => {});
      throw ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '') ? FULL : error;
    }
    if (expected === undefined || hash.digest('base64') === expected) return end;
    await truncate(path, offset);
    throw CHECKSUM_MISMATCH;
  }
}

/** `sha256 BASE64` → the hash; undefined if there is no header. */
function expectedHash(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const hash = /^sha256 ([A-Za-z0-9+/]{43}=)$/.exec(header)?.[1];
  if (hash === undefined) throw BAD_CHECKSUM;
  return hash;
}
