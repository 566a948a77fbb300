import * as v from 'valibot';
import { MAX_FILE } from './limits.ts';

/** Longest text that crosses between the webview and the extension, UTF-16 code units: a clipboard's limit. */
const MAX_TEXT = 4 * 1024 * 1024;

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const fileName = v.pipe(v.string(), v.minLength(1), v.maxLength(255), v.regex(/^[^/\\\0]+$/));

/** What the webview says. It shows what a workspace sends, so nothing of it is trusted. */
export const FromPage = v.variant('type', [
  /** The script runs and wants its `open` message. */
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('keyboard'), owner: v.picklist(['desktop', 'editor']) }),
  v.object({
    type: v.literal('statistics'),
    fps: v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
    /** Capture to screen, ms; missing while nothing moves. */
    latency: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(600_000))),
    transport: v.pipe(v.string(), v.maxLength(256)),
  }),
  v.object({ type: v.literal('connected') }),
  v.object({ type: v.literal('disconnected'), reason: v.pipe(v.string(), v.maxLength(1024)) }),
  /** The host refuses the webview's own socket: show the page in an iframe instead. */
  v.object({ type: v.literal('socket-refused') }),
  /** Somebody came to the desktop or left it, may do something else there, or there are other links. */
  v.object({ type: v.literal('people-changed') }),
  /** The page is shown in an iframe now. */
  v.object({ type: v.literal('framed') }),
  /** What became of `copy-picture`; the problem says why it was refused. */
  v.object({
    type: v.literal('picture-copied'),
    problem: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  }),
  v.object({ type: v.literal('clipboard-write'), text }),
  v.object({ type: v.literal('clipboard-read') }),
  /** Files and folders of the explorer were dropped on the desktop. */
  v.object({
    type: v.literal('dropped'),
    uris: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(1000)),
  }),
  /** A file came from the desktop. */
  v.object({
    type: v.literal('save'),
    name: fileName,
    bytes: v.pipe(
      v.custom<Uint8Array>((value) => value instanceof Uint8Array),
      v.check(({ byteLength }) => byteLength <= MAX_FILE),
    ),
  }),
  /** One came that is too large to cross. */
  v.object({ type: v.literal('too-large'), name: fileName }),
]);
export type FromPage = v.InferOutput<typeof FromPage>;

/** What the extension says to the webview. */
export type ToPage =
  | {
      type: 'open';
      /** Id of the desktop, kept by the page's state over a reload of the window. */
      desktop: string;
      base: string;
      token?: string;
      view: 'fit' | '1:1';
      releaseChord: string;
      way: 'socket' | 'iframe';
    }
  | { type: 'release-keyboard' }
  | { type: 'copy-picture'; png: Uint8Array }
  | { type: 'clipboard'; text: string }
  /** For the desktop, each with the path of its folder among them. */
  | { type: 'upload'; files: { name: string; folder: string; bytes: Uint8Array<ArrayBuffer> }[] };

/** @returns undefined for anything that is not a message of the page */
export function parseFromPage(message: unknown): FromPage | undefined {
  const result = v.safeParse(FromPage, message);
  return result.success ? result.output : undefined;
}
