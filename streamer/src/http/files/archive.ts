/** A whole folder in one download: what Debian's tar makes of it, as it goes (IEEE 1003.1 ustar and pax). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { BandwidthShare } from './bandwidth-share.ts';
import { disposition } from './downloads.ts';
import { PARTIAL_FOLDER } from './path.ts';

/** tar's descriptor of the folder in which it works, after the usual three. */
const FOLDER = 3;

/**
 * Answers GET with an archive of what lies at `name` in the folder, `.` for all of it. Links are kept as links: nothing
 * outside is read.
 */
export async function sendArchive(
  response: ServerResponse,
  folder: FileHandle,
  name: string,
  title: string,
  share: BandwidthShare,
): Promise<void> {
  const tar = spawn(
    'tar',
    [
      ...['--create', '--file=-', '--format=pax', `--directory=/proc/self/fd/${FOLDER}`],
      ...[
        '--owner=0',
        '--group=0',
        '--numeric-owner',
        '--ignore-failed-read',
        `--exclude=./${PARTIAL_FOLDER}`,
      ],
      ...['--', name === '.' ? '.' : `./${name}`],
    ],
    { stdio: ['ignore', 'pipe', 'ignore', folder.fd], env: { ...process.env, LC_ALL: 'C.UTF-8' } },
  );
  const ended = once(tar, 'close');
  // Where it cannot be started; whoever waits for it is told as well.
  ended.catch(() => {});
  response.setHeader('Content-Type', 'application/x-tar');
  response.setHeader('Content-Disposition', disposition(`${title}.tar`));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'no-store');
  using transfer = share.join();
  const pace = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      await transfer.take(chunk.byteLength);
      yield chunk;
    }
    // An answer that ends without its last chunk is told from a whole one.
    const [code] = await ended;
    if (code !== 0 && code !== CHANGED) throw new Error(`tar ended with ${code}`);
  };
  try {
    await pipeline(tar.stdout!, pace, response);
  } catch {
    response.destroy();
  } finally {
    tar.kill();
  }
}

/** tar's exit status where a file was changed while it was read: as for every copy. */
const CHANGED = 1;
