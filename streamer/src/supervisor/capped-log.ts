/** A log file that cannot fill the disk. */
import { type FileHandle, open, rename } from 'node:fs/promises';
import { Writable } from 'node:stream';

/** Largest size of a log, bytes; the one before it is kept as `FILE.1`. Days of ordinary use, seconds to search. */
const MAX_LOG = 10 * 1024 * 1024;

/** Appends to `path`; what writes faster than the disk takes it waits. What a full disk refuses is lost, nothing else. */
export async function openCappedLog(path: string, limit = MAX_LOG): Promise<Writable> {
  let file = await open(path, 'a', 0o600);
  let size = (await file.stat()).size;

  async function append(chunk: Buffer): Promise<void> {
    if (size > 0 && size + chunk.length > limit) {
      file = await startAnew(path, file);
      size = 0;
    }
    await file.appendFile(chunk);
    size += chunk.length;
  }

  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      append(chunk).then(
        () => done(),
        () => done(),
      );
    },
    final(done) {
      file.close().then(() => done(), done);
    },
  });
}

async function startAnew(path: string, old: FileHandle): Promise<FileHandle> {
  await old.close();
  await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}
