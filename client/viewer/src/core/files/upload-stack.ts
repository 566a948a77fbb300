/** How tus-js-client sends its requests: bytes over the page's line for uploads, each piece with its hash, all else by HTTP. */
import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client';
import { type ChunkSize, sha256 } from './chunks.ts';
import { type FilesClient, FilesError } from './files-client.ts';
import type { UploadLine } from './upload-line.ts';

export class UploadStack implements HttpStack {
  readonly #client: FilesClient;
  readonly #line: UploadLine;
  readonly #chunk: ChunkSize;

  /** @param chunk is told how long each piece takes */
  constructor(client: FilesClient, line: UploadLine, chunk: ChunkSize) {
    this.#client = client;
    this.#line = line;
    this.#chunk = chunk;
  }

  createRequest(method: string, url: string): HttpRequest {
    return new UploadRequest(method, url, async (request, piece) => {
      const isOnLine = method === 'POST' || method === 'PATCH';
      return answerOf(await (isOnLine ? this.#send(method, request, piece) : this.#fetch(request)));
    });
  }

  getName(): string {
    return 'UploadStack';
  }

  async #send(method: 'POST' | 'PATCH', request: UploadRequest, piece: Blob | null): Promise<Response> {
    const body = new Uint8Array((await piece?.arrayBuffer()) ?? new ArrayBuffer());
    const hash = body.byteLength > 0 ? await sha256(body) : undefined;
    const began = performance.now();
    const answer = await this.#line.send({
      method,
      upload: method === 'PATCH' ? request.url.split('/').at(-1) : undefined,
      headers: this.#client.headers({
        ...request.headers,
        ...(hash && { 'Upload-Checksum': `sha256 ${hash}` }),
      }),
      body,
      signal: request.signal,
      onProgress: request.onProgress,
    });
    if (body.byteLength > 0) this.#chunk.arrived(body.byteLength, performance.now() - began);
    return answer;
  }

  async #fetch({ method, url, headers, signal }: UploadRequest): Promise<Response> {
    return this.#client.fetch(new URL(url), { method, headers, signal }).catch((error: unknown) => {
      // The library begins anew after every refusal that it sees: it sees only what is gone for good.
      if (!(error instanceof FilesError) || (error.status !== 404 && error.status !== 410)) throw error;
      return new Response(null, { status: error.status });
    });
  }
}

class UploadRequest implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string> = {};
  onProgress: (bytesSent: number) => void = () => {};
  readonly #abort = new AbortController();
  readonly #send: (request: UploadRequest, piece: Blob | null) => Promise<HttpResponse>;

  constructor(
    method: string,
    url: string,
    send: (request: UploadRequest, piece: Blob | null) => Promise<HttpResponse>,
  ) {
    this.method = method;
    this.url = url;
    this.#send = send;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  getMethod(): string {
    return this.method;
  }

  getURL(): string {
    return this.url;
  }

  setHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  getHeader(name: string): string | undefined {
    return this.headers[name];
  }

  setProgressHandler(handler: (bytesSent: number) => void): void {
    this.onProgress = handler;
  }

  /** @throws FilesError if it is refused or does not arrive, DOMException if the file cannot be read */
  send(piece: Blob | null): Promise<HttpResponse> {
    return this.#send(this, piece);
  }

  async abort(): Promise<void> {
    this.#abort.abort();
  }

  getUnderlyingObject(): undefined {
    return undefined;
  }
}

function answerOf(response: Response): HttpResponse {
  return {
    getStatus: () => response.status,
    getHeader: (name) => response.headers.get(name) ?? undefined,
    getBody: () => '',
    getUnderlyingObject: () => response,
  };
}
