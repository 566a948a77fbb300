/** What viewers may do with the files of the workspace: below `/files`, for who controls the desktop, by policy. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import type { FilesOffer, Role } from '@deskside/protocol';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Guest } from '../../session/guest.ts';
import type { WaitingRoom } from '../../transport/waiting-room.ts';
import type { Admission } from '../admission.ts';
import { METHOD_NOT_ALLOWED, NOT_FOUND, type Problem, SERVER_ERROR, sendProblem } from '../problem.ts';
import { pathOf, queryOf } from '../target.ts';
import { sendArchive } from './archive.ts';
import type { BandwidthShare } from './bandwidth-share.ts';
import { sendFile } from './downloads.ts';
import { Exchanges } from './exchanges.ts';
import { BadPath, segmentsOf } from './path.ts';
import { codeOf, NotThere, SharedFolder } from './shared-folder.ts';
import { serveUploadLine } from './upload-line.ts';
import type { Uploads } from './uploads.ts';

/** What operators set. */
export interface FilesSettings {
  ways: 'both' | 'in' | 'out' | 'none';
  directory: string;
}

export interface FilesOptions extends FilesSettings {
  admission: Admission;
  /** What somebody may do right now; `visit` is what they say that names their visit. */
  roleOf(guest: Guest, visit: string | undefined): Role;
  share: BandwidthShare;
  /** Where sockets wait until they have shown whose they are. */
  waitingRoom: WaitingRoom;
  log: Logger;
}

/** Where a page opens the WebSocket for its uploads. */
export const UPLOAD_LINE = '/files/line';

/** Names the visit of who asks; links, which take no headers, say `visit=` instead. */
export const VISIT_HEADER = 'Deskside-Visit';

/** Requests at once: several people with a few transfers each, and a bound on open files. */
const MAX_REQUESTS = 32;

export class Files implements AsyncDisposable {
  readonly #options: FilesOptions;
  readonly #folder: SharedFolder;
  readonly #policy: { in: boolean; out: boolean };
  readonly #exchanges = new Exchanges();
  #uploads: Promise<Uploads> | undefined;

  constructor(options: FilesOptions) {
    const { ways, directory } = options;
    this.#options = options;
    this.#folder = new SharedFolder(directory);
    this.#policy = { in: ways === 'both' || ways === 'in', out: ways === 'both' || ways === 'out' };
  }

  /** What a viewer that controls the desktop is told; undefined: nothing. */
  get offer(): FilesOffer | undefined {
    if (!this.#policy.in && !this.#policy.out) return undefined;
    return { ...this.#policy, folder: inHome(this.#folder.directory) };
  }

  /** Whether a path is one of ours. */
  owns(path: string): boolean {
    return path === '/files' || path.startsWith('/files/');
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Pages of other origins may read answers to requests that bring the token themselves; a cookie does nothing there,
    // since credentials are not allowed. What is no such request (images, scripts) is closed to them.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    if (request.method === 'OPTIONS') return this.#preflight(request, response);
    const problem = await this.#objection(request);
    if (problem) return refuse(request, response, problem);
    using _running = this.#exchanges.begin({
      objection: () => this.#rightsObjection(request),
      cut: () => response.destroy(),
    });
    try {
      await this.#route(request, response);
    } catch (error) {
      if (response.headersSent) throw error;
      sendProblem(response, problemOf(error) ?? rethrow(error));
    }
  }

  /** Serves a WebSocket over which a page uploads. */
  serveLine(socket: WebSocket, handshake: IncomingMessage): void {
    const answer = this.#answerOverLine.bind(this);
    serveUploadLine(socket, { handshake, waitingRoom: this.#options.waitingRoom, answer });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#uploads?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async #objection(request: IncomingMessage): Promise<Problem | undefined> {
    const problem = await this.#rightsObjection(request);
    return problem ?? (this.#exchanges.count >= MAX_REQUESTS ? TOO_MANY : undefined);
  }

  async #rightsObjection(request: IncomingMessage): Promise<Problem | undefined> {
    const { guest, problem } = await this.#options.admission.admit(request);
    if (problem) return problem;
    if (this.#options.roleOf(guest, visitOf(request)) !== 'controller') return FOR_CONTROLLERS;
    return (isUpload(request) ? this.#policy.in : this.#policy.out) ? undefined : AGAINST_POLICY;
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isUpload(request)) return this.#upload(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendProblem(response, METHOD_NOT_ALLOWED);
    const segments = segmentsOf(queryOf(request).get('path') ?? '');
    switch (pathOf(request)) {
      case '/files':
        return this.#list(response, segments);
      case '/files/content':
        return this.#download(request, response, segments);
      case '/files/archive':
        return this.#archive(request, response, segments);
      default:
        return sendProblem(response, NOT_FOUND);
    }
  }

  async #upload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#uploads ??= this.#startUploads();
    await (await this.#uploads).handle(request, response);
  }

  async #answerOverLine(head: IncomingMessage, request: Request, onAdmitted: () => void): Promise<Response> {
    try {
      const problem = await this.#objection(head);
      if (problem) return refusalOverLine(problem);
      onAdmitted();
      const cut = Promise.withResolvers<Response>();
      using _running = this.#exchanges.begin({
        objection: () => this.#rightsObjection(head),
        cut: (problem) => cut.resolve(refusalOverLine(problem)),
      });
      this.#uploads ??= this.#startUploads();
      return await Promise.race([(await this.#uploads).handleWeb(request), cut.promise]);
    } catch (error) {
      const problem = problemOf(error);
      if (!problem) this.#options.log.error({ err: error }, 'an upload could not be answered');
      return refusalOverLine(problem ?? SERVER_ERROR);
    }
  }

  /** The next request tries again where it fails. */
  async #startUploads(): Promise<Uploads> {
    const { share, log } = this.#options;
    try {
      const { Uploads } = await import('./uploads.ts');
      return await Uploads.open({ folder: this.#folder, share, log });
    } catch (error) {
      this.#uploads = undefined;
      throw error;
    }
  }

  async #list(response: ServerResponse, segments: readonly string[]): Promise<void> {
    const listing = await this.#folder.list(segments);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(listing));
  }

  async #download(request: IncomingMessage, response: ServerResponse, segments: string[]): Promise<void> {
    const { file, stats } = await this.#folder.openFile(segments);
    try {
      response.setHeader('Access-Control-Expose-Headers', 'Content-Digest, Content-Range, ETag, Retry-After');
      await sendFile(request, response, { name: segments.at(-1)!, file, stats }, this.#options.share);
    } finally {
      await file.close();
    }
  }

  async #archive(request: IncomingMessage, response: ServerResponse, segments: string[]): Promise<void> {
    if (request.method === 'HEAD') return sendProblem(response, METHOD_NOT_ALLOWED);
    const name = segments.at(-1);
    // That it is a folder, and lies within, is known once it is open; tar follows no links from the one above.
    await using itself = await this.#folder.openFolder(segments);
    await using above = name === undefined ? undefined : await this.#folder.openFolder(segments.slice(0, -1));
    const title = name ?? basename(this.#folder.directory);
    await sendArchive(response, above ?? itself, name ?? '.', title, this.#options.share);
  }

  /** Nothing is told that is not in the documentation, so nobody is asked for a token. */
  async #preflight(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isUpload(request) && this.#policy.in) return this.#upload(request, response);
    response.writeHead(204, {
      'Access-Control-Allow-Methods': 'GET, HEAD',
      'Access-Control-Allow-Headers': `Authorization, If-Match, Range, Want-Content-Digest, ${VISIT_HEADER}`,
      'Access-Control-Max-Age': '86400',
    });
    response.end();
  }
}

/** As a shell shows it: `~/Downloads`. */
function inHome(directory: string): string {
  const home = homedir();
  if (directory === home) return '~';
  return directory.startsWith(`${home}/`) ? `~${directory.slice(home.length)}` : directory;
}

function visitOf(request: IncomingMessage): string | undefined {
  const given = request.headers[VISIT_HEADER.toLowerCase()] ?? queryOf(request).get('visit');
  return given ? String(given) : undefined;
}

function isUpload(request: IncomingMessage): boolean {
  return /^\/files\/uploads(\/|$)/.test(pathOf(request));
}

function refusalOverLine({ status, ...told }: Problem): Response {
  const headers = status === 429 ? { 'Retry-After': '1' } : {};
  return Response.json(told, { status, headers });
}

/** A body that nobody reads ends with its connection. */
function refuse(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') response.setHeader('Connection', 'close');
  if (problem.status === 429) response.setHeader('Retry-After', '1');
  sendProblem(response, problem);
}

const FOR_CONTROLLERS: Problem = {
  status: 403,
  reason: 'role',
  message: 'Who only watches gets no files and brings none.',
  remedy: 'Ask the owner of the desktop for the keyboard, or for a link with the role controller.',
};

const AGAINST_POLICY: Problem = {
  status: 403,
  reason: 'policy',
  message: 'This desktop does not let files go this way.',
  remedy: 'Whoever runs it can allow it with --files (DESKSIDE_FILES).',
};

const TOO_MANY: Problem = {
  status: 429,
  reason: 'full',
  message: `${MAX_REQUESTS} transfers are under way already.`,
  remedy: 'Wait until one of them is done.',
};

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof BadPath) {
    return {
      status: 400,
      reason: 'path',
      message: `This path cannot be: ${error.message}.`,
      remedy: 'Choose one from the list of files.',
    };
  }
  if (error instanceof NotThere) {
    return {
      status: 404,
      reason: 'path',
      message: 'There is no such file in the folder for files.',
      remedy: 'Look at the list of files again.',
    };
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) {
    return {
      status: 403,
      reason: 'path',
      message: 'The streamer may not open this.',
      remedy: 'Change its permissions in the workspace, or choose another folder with --files-dir.',
    };
  }
  return undefined;
}

function rethrow(error: unknown): never {
  throw error;
}
