/** Brings one file up by the tus protocol, over as many connections as it takes. */
import { DetailedError, type HttpResponse, Upload } from 'tus-js-client';
import { ChunkSize } from './chunks.ts';
import { type FilesClient, FilesError } from './files-client.ts';
import { Patience } from './patience.ts';
import type { UploadLine } from './upload-line.ts';
import { UploadStack } from './upload-stack.ts';

export interface UploadTask {
  file: File;
  /** Where it is to lie, relative to the folder for files; empty: in it. */
  folder: string;
  signal: AbortSignal;
  /** So many bytes are there, or on their way. */
  onProgress(bytes: number): void;
  onWaiting(waiting: boolean): void;
}

/** Smaller files go with their first request; larger ones are remembered, so that they go on after a reload. */
const SMALL = 1024 * 1024;

/**
 * Sends the file.
 *
 * @returns the path that it got
 * @throws FilesError if the streamer refuses it, DOMException if it cannot be read, the signal's reason
 */
export async function upload(client: FilesClient, line: UploadLine, task: UploadTask): Promise<string> {
  const { file, folder, signal, onWaiting } = task;
  const path = folder ? `${folder}/${file.name}` : file.name;
  const chunk = new ChunkSize();
  const patience = new Patience();
  const running = new Upload(file, {
    ...optionsOf(client, task, path),
    httpStack: new UploadStack(client, line, chunk),
    chunkSize: chunk.bytes,
    onChunkComplete: () => {
      running.options.chunkSize = chunk.bytes;
      patience.reset();
    },
  });
  const [known] = await running.findPreviousUploads();
  if (known) running.resumeFromPreviousUpload(known);
  for (;;) {
    try {
      const answer = await run(running, signal);
      return decodeURIComponent(answer.getHeader('Upload-Path') ?? encodeURIComponent(path));
    } catch (error) {
      // What has arrived is thrown away.
      if (signal.aborted) await running.abort(true).catch(() => {});
      else onWaiting(true);
      chunk.lost();
      running.options.chunkSize = chunk.bytes;
      await patience.wait(causeOf(error), signal);
    }
  }
}

function optionsOf(client: FilesClient, task: UploadTask, path: string): Upload['options'] {
  const { file, folder, onProgress, onWaiting } = task;
  const isSmall = file.size <= SMALL;
  return {
    endpoint: client.uploads.href,
    metadata: { filename: file.name, ...(folder && { folder }) },
    // Names this file at this place, for another page of the same browser.
    fingerprint: async () => `deskside ${client.uploads} ${path} ${file.size} ${file.lastModified}`,
    storeFingerprintForResuming: !isSmall,
    removeFingerprintOnSuccess: true,
    uploadDataDuringCreation: isSmall,
    // The library's own tries come to an end, and wait no longer where the streamer says so.
    retryDelays: null,
    onProgress: (bytes) => {
      onWaiting(false);
      onProgress(bytes);
    },
  };
}

/** Goes on from where it is. @returns the last answer @throws what stopped it, the signal's reason */
async function run(upload: Upload, signal: AbortSignal): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort);
  upload.options.onSuccess = ({ lastResponse }) => resolve(lastResponse);
  upload.options.onError = reject;
  upload.start();
  return promise.finally(() => signal.removeEventListener('abort', abort));
}

/** An answer that the library cannot read is none of a streamer's. */
function causeOf(error: unknown): unknown {
  return error instanceof DetailedError ? (error.causingError ?? new FilesError(502)) : error;
}
