/** Uploads by the tus protocol 1.0. This file and its libraries are loaded when the first one comes. */
import { rm, rmdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { MemoryLocker, Server, type Upload } from '@tus/server';
import type { Logger } from 'pino';
import type { BandwidthShare } from './bandwidth-share.ts';
import { VISIT_HEADER } from './files.ts';
import { BadPath, newSegmentsOf, PARTIAL_FOLDER } from './path.ts';
import { codeOf, NotThere, type SharedFolder } from './shared-folder.ts';
import { FULL, type Refused, UploadStore } from './upload-store.ts';

/** The path at which uploads are made; each then has its own, one level below. */
export const UPLOADS_PATH = '/files/uploads';

/** The name that a finished file got, percent-encoded: another one than asked for if that was taken. */
export const PLACED_HEADER = 'Upload-Path';

/** How long a request that waits for a broken one lets that finish, ms; the library polls meanwhile. */
const DRAIN = 200;

export interface UploadsOptions {
  folder: SharedFolder;
  share: BandwidthShare;
  log: Logger;
}

export class Uploads implements AsyncDisposable {
  readonly #options: UploadsOptions;
  readonly #store: UploadStore;
  readonly #server: Server;

  /** @throws Error if the folder cannot be made */
  static async open(options: UploadsOptions): Promise<Uploads> {
    const partial = join(await options.folder.root(), PARTIAL_FOLDER);
    // Somebody may have put a link there, which would lead what is written elsewhere.
    await rm(partial).catch(() => {});
    const uploads = new Uploads(options, partial);
    await uploads.#store.deleteExpired().catch(() => {});
    return uploads;
  }

  private constructor(options: UploadsOptions, partial: string) {
    this.#options = options;
    this.#store = new UploadStore(partial, options.share);
    this.#server = new Server({
      path: UPLOADS_PATH,
      datastore: this.#store,
      locker: new MemoryLocker(),
      lockDrainTimeout: DRAIN,
      // Relative to the address that was asked for: a proxy's prefix is known to nobody.
      generateUrl: (_, { id }) => `uploads/${id}`,
      getFileIdFromRequest: (_, id = '') => (/^[0-9a-f]{32}$/.test(id) ? id : undefined),
      allowedHeaders: ['Upload-Checksum', VISIT_HEADER],
      exposedHeaders: [PLACED_HEADER],
      onUploadCreate: async (_, upload) => this.#create(upload),
      onUploadFinish: async (_, upload) => this.#finish(upload),
      onResponseError: (_, error) => this.#explain(error),
    });
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const checksum = request.headers['upload-checksum'];
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Tus-Checksum-Algorithm', 'sha256');
    await this.#store.withChecksum(checksum === undefined ? undefined : String(checksum), () =>
      this.#server.handle(request, response),
    );
  }

  /** The same for a request that came another way. */
  handleWeb(request: Request): Promise<Response> {
    const checksum = request.headers.get('upload-checksum') ?? undefined;
    return this.#store.withChecksum(checksum, () => this.#server.handleWeb(request));
  }

  /** What is unfinished stays, to be resumed; an empty folder goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rmdir(this.#store.directory).catch(() => {});
  }

  async #create(upload: Upload): Promise<Record<string, never>> {
    newSegmentsOf(pathOf(upload));
    if ((upload.size ?? 0) > (await this.#options.folder.room())) throw FULL;
    return {};
  }

  async #finish(upload: Upload): Promise<{ headers: Record<string, string> }> {
    const { folder, log } = this.#options;
    const placed = await folder.place(this.#store.pathOf(upload.id), newSegmentsOf(pathOf(upload)));
    await this.#store.finish(upload.id, upload.size ?? 0);
    log.info({ bytes: upload.size }, 'a file was uploaded');
    return { headers: { [PLACED_HEADER]: encodeURIComponent(placed.join('/')) } };
  }

  #explain(error: unknown): Refused {
    const { status_code, body } = refusalOf(error) ?? this.#unexpected(error);
    const told = { reason: 'upload', message: body.trim(), remedy: REMEDIES[status_code] ?? 'Try again.' };
    return { status_code, body: `${JSON.stringify(told)}\n` };
  }

  #unexpected(error: unknown): Refused {
    this.#options.log.error({ err: error }, 'an upload failed');
    return { status_code: 500, body: 'The streamer could not keep the file.' };
  }
}

const REMEDIES: Record<number, string> = {
  400: 'Rename it, or look at what this client sends.',
  403: 'Allow the streamer to write there, or choose another folder with --files-dir.',
  404: 'Upload it again from the beginning.',
  410: 'Upload it again from the beginning.',
  507: 'Make room in the workspace, then try again: it goes on where it was.',
  422: 'Choose another name or folder for it.',
  500: 'Look into its log with "deskside logs".',
};

function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof BadPath)
    return { status_code: 400, body: `This name cannot be used: ${error.message}.` };
  if (error instanceof NotThere) return { status_code: 422, body: `It cannot lie there: ${error.message}.` };
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return FULL;
  if (code === 'EACCES' || code === 'EROFS')
    return { status_code: 403, body: 'The folder for files cannot be written to.' };
  return typeof error === 'object' && error !== null && 'status_code' in error
    ? (error as Refused)
    : undefined;
}

/** Where it is to lie: `folder` (relative to the shared one, if given) and `filename`, as metadata. */
function pathOf({ metadata }: Upload): string {
  const { folder, filename } = metadata ?? {};
  return [folder, filename].filter(Boolean).join('/');
}
