/** Fetches a file in ranges, each checked by its hash (RFC 9530), over as many connections as it takes. */
import { ChunkSize, sha256 } from './chunks.ts';
import { type FilesClient, FilesError } from './files-client.ts';
import { Patience } from './patience.ts';

export interface DownloadTask {
  /** Relative to the folder for files. */
  path: string;
  signal: AbortSignal;
  onProgress(bytes: number, size: number): void;
  onWaiting(waiting: boolean): void;
}

/**
 * Fetches all of it. Browsers keep large blobs on disk.
 *
 * @throws FilesError if the streamer refuses it, or with status 412 if it was changed meanwhile; the signal's reason
 */
export async function download(client: FilesClient, task: DownloadTask): Promise<Blob> {
  const { signal, onProgress, onWaiting } = task;
  const patience = new Patience();
  const chunk = new ChunkSize();
  const pieces: Blob[] = [];
  let offset = 0;
  let size: number | undefined;
  let etag: string | undefined;
  while (size === undefined || offset < size) {
    const began = performance.now();
    try {
      const piece = await fetchRange(client, task, offset, chunk.bytes, etag);
      chunk.arrived(piece.bytes.byteLength, performance.now() - began);
      patience.reset();
      pieces.push(new Blob([piece.bytes]));
      offset += piece.bytes.byteLength;
      ({ size, etag } = piece);
    } catch (error) {
      chunk.lost();
      onWaiting(true);
      await patience.wait(error, signal);
      onWaiting(false);
    }
    if (size !== undefined) onProgress(offset, size);
  }
  return new Blob(pieces);
}

/**
 * Fetches a folder as an archive, in one go: it is made while it is fetched, and nobody knows its size before.
 *
 * @throws FilesError if the streamer refuses it or the connection breaks, the signal's reason
 */
export async function downloadArchive(
  client: FilesClient,
  path: string,
  signal: AbortSignal,
  onProgress: (bytes: number, size: number) => void,
): Promise<Blob> {
  const { body } = await client.fetch(client.archive(path), { signal });
  let received = 0;
  const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      received += chunk.byteLength;
      onProgress(received, received);
      controller.enqueue(chunk);
    },
  });
  return new Response(body!.pipeThrough(count)).blob().catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof TypeError ? new FilesError(0) : error;
  });
}

interface Piece {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the whole file, bytes. */
  size: number;
  etag: string | undefined;
}

async function fetchRange(
  client: FilesClient,
  { path, signal, onProgress }: DownloadTask,
  offset: number,
  length: number,
  etag: string | undefined,
): Promise<Piece> {
  const headers = {
    Range: `bytes=${offset}-${offset + length - 1}`,
    ...(etag && { 'If-Match': etag }),
    ...(globalThis.crypto?.subtle && { 'Want-Content-Digest': 'sha-256=1' }),
  };
  const answer = await client.fetch(client.content(path), { headers, signal }).catch((error: unknown) => {
    // An empty file has no first byte.
    if (error instanceof FilesError && error.status === 416 && offset === 0) return undefined;
    throw error;
  });
  if (!answer) return { bytes: new Uint8Array(), size: 0, etag: undefined };
  const size = Number(/\/(\d+)$/.exec(answer.headers.get('Content-Range') ?? '')?.[1] ?? Number.NaN);
  // A proxy's page, or one that serves no ranges.
  if (answer.status !== 206 || !Number.isSafeInteger(size)) throw new FilesError(502);
  const bytes = await read(answer, Math.min(length, size - offset), signal, (received) =>
    onProgress(offset + received, size),
  );
  const digest = /sha-256=:([^:]*):/.exec(answer.headers.get('Content-Digest') ?? '')?.[1];
  if (digest !== undefined && digest !== (await sha256(bytes))) throw new FilesError(460);
  return { bytes, size, etag: answer.headers.get('ETag') ?? undefined };
}

/** @throws FilesError if it ends too early or does not end */
async function read(
  { body }: Response,
  length: number,
  signal: AbortSignal,
  onProgress: (received: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let received = 0;
  const reader = body!.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof TypeError ? new FilesError(0) : error;
    });
    if (done) break;
    if (received + value.byteLength > length) throw new FilesError(502);
    bytes.set(value, received);
    received += value.byteLength;
    onProgress(received);
  }
  if (received < length) throw new FilesError(0);
  return bytes;
}
