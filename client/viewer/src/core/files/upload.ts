/**
 * A client of the tus protocol 1.0 (core, creation, creation-with-upload, termination, checksum), for one file. Its own
 * since the usual one takes more than the page may have (check-size.mjs), knows no checksums and no Retry-After.
 */
import { ChunkSize, sha256 } from './chunks.ts';
import { type FilesClient, FilesError } from './files-client.ts';
import { Patience } from './patience.ts';
import type { UploadLine } from './upload-line.ts';

export interface UploadTask {
  file: File;
  /** Where it is to lie, relative to the folder for files; empty: in it. */
  folder: string;
  signal: AbortSignal;
  /** So many bytes are there, or on their way. */
  onProgress(bytes: number): void;
  onWaiting(waiting: boolean): void;
}

const TUS = { 'Tus-Resumable': '1.0.0' };
const BYTES = { 'Content-Type': 'application/offset+octet-stream' };

/** Smaller files go with their first request; larger ones are remembered, so that they go on after a reload. */
const SMALL = 1024 * 1024;

/**
 * Sends the file, over as many connections as it takes.
 *
 * @returns the path that it got
 * @throws FilesError if the streamer refuses it, DOMException if it cannot be read, the signal's reason
 */
export async function upload(client: FilesClient, line: UploadLine, task: UploadTask): Promise<string> {
  const running = new RunningUpload(client, line, task);
  try {
    return await running.run();
  } catch (error) {
    if (task.signal.aborted) await running.end();
    throw error;
  }
}

interface Answer {
  offset: number;
  location: string | undefined;
}

class RunningUpload {
  readonly #client: FilesClient;
  readonly #line: UploadLine;
  readonly #task: UploadTask;
  readonly #patience = new Patience();
  readonly #chunk = new ChunkSize();
  /** Names this file at this place, for another page of the same browser. */
  readonly #key: string;
  #address: URL | undefined;
  #placed: string;

  constructor(client: FilesClient, line: UploadLine, task: UploadTask) {
    this.#client = client;
    this.#line = line;
    this.#task = task;
    const { file, folder } = task;
    this.#placed = folder ? `${folder}/${file.name}` : file.name;
    this.#key = `deskside-upload ${client.uploads} ${this.#placed} ${file.size} ${file.lastModified}`;
  }

  async run(): Promise<string> {
    const { file, onProgress } = this.#task;
    let offset = await this.#resume();
    while (this.#address === undefined || offset < file.size) {
      onProgress(offset);
      offset = await this.#step(offset);
    }
    remember(this.#key, undefined);
    onProgress(file.size);
    return this.#placed;
  }

  /** What has arrived is thrown away. */
  async end(): Promise<void> {
    remember(this.#key, undefined);
    if (this.#address)
      await this.#client.fetch(this.#address, { method: 'DELETE', headers: TUS }).catch(() => {});
  }

  /** The next offset, after one more piece or, if that failed, a wait. */
  async #step(offset: number): Promise<number> {
    const { signal, onWaiting } = this.#task;
    try {
      const next = await (this.#address ? this.#append(this.#address, offset) : this.#create());
      this.#patience.reset();
      return next;
    } catch (error) {
      this.#chunk.lost();
      onWaiting(true);
      await this.#patience.wait(error, signal);
      const resumed = this.#address ? await this.#offsetOf(this.#address).catch(whilePassing(offset)) : 0;
      onWaiting(false);
      return resumed;
    }
  }

  async #resume(): Promise<number> {
    const known = recall(this.#key);
    if (!known) return 0;
    const address = new URL(known, this.#client.uploads);
    try {
      const offset = await this.#offsetOf(address);
      this.#address = address;
      return offset;
    } catch {
      return 0;
    }
  }

  async #create(): Promise<number> {
    const { file, folder } = this.#task;
    const isSmall = file.size <= SMALL;
    const { location, offset } = await this.#send('POST', undefined, isSmall ? file : undefined, {
      'Upload-Length': String(file.size),
      'Upload-Metadata': metadata({ filename: file.name, ...(folder && { folder }) }),
    });
    if (!location) throw new FilesError(502);
    // Relative to the endpoint, which is all that the streamer knows of its address.
    this.#address = new URL(location, this.#client.uploads);
    if (!isSmall) remember(this.#key, location);
    return offset;
  }

  async #append(address: URL, offset: number): Promise<number> {
    const began = performance.now();
    const piece = this.#task.file.slice(offset, offset + this.#chunk.bytes);
    const answer = await this.#send('PATCH', address, piece, { 'Upload-Offset': String(offset) });
    this.#chunk.arrived(piece.size, performance.now() - began);
    return answer.offset;
  }

  async #offsetOf(address: URL): Promise<number> {
    const { headers } = await this.#client.fetch(address, {
      method: 'HEAD',
      headers: TUS,
      signal: this.#task.signal,
    });
    return offsetIn(headers.get('Upload-Offset'), this.#task.file.size);
  }

  async #send(
    method: 'POST' | 'PATCH',
    address: URL | undefined,
    piece: Blob | undefined,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const { file, signal, onProgress } = this.#task;
    const body = new Uint8Array((await piece?.arrayBuffer()) ?? new ArrayBuffer());
    const hash = body.byteLength > 0 ? await sha256(body) : undefined;
    const offset = Number(headers['Upload-Offset'] ?? 0);
    const answer = await this.#line.send({
      method,
      upload: address?.pathname.split('/').at(-1),
      headers: this.#client.headers({
        ...TUS,
        ...(body.byteLength > 0 && BYTES),
        ...(hash && { 'Upload-Checksum': `sha256 ${hash}` }),
        ...headers,
      }),
      body,
      signal,
      onProgress: (received) => onProgress(offset + received),
    });
    const placed = answer['upload-path'];
    if (placed) this.#placed = decodeURIComponent(placed);
    // Nothing is said of it where a file was only announced.
    return { location: answer.location, offset: offsetIn(answer['upload-offset'] ?? '0', file.size) };
  }
}

/** @throws FilesError if it is no offset: then no streamer of ours has answered */
function offsetIn(text: string | null, size: number): number {
  const offset = Number(text ?? Number.NaN);
  if (!Number.isInteger(offset) || offset < 0 || offset > size) throw new FilesError(502);
  return offset;
}

/** What was asked may be asked again later; what is gone for good is told. */
function whilePassing(offset: number) {
  return (error: unknown): number => {
    if (error instanceof FilesError && error.isPassing) return offset;
    throw error;
  };
}

function metadata(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, text]) => `${key} ${base64(text)}`)
    .join(',');
}

function base64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Pages may be refused their storage: then an upload does not outlive its page. */
function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, location: string | undefined): void {
  try {
    if (location === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, location);
  } catch {
    // See above.
  }
}
