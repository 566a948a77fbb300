/** Paths as viewers give them: relative to the shared folder, with slashes, each part checked before anything is touched. */

/** NAME_MAX of Linux' file systems, bytes of UTF-8. */
const MAX_NAME = 255;

/** Deeper than source trees are; bounds the work of one request. */
const MAX_DEPTH = 64;

/** What has not arrived as a whole lies here, in the shared folder, so that it can be renamed into its place. */
export const PARTIAL_FOLDER = '.deskside-partial';

/** A path that leads nowhere in the shared folder; the message says why. */
export class BadPath extends Error {}

/**
 * `a/b.txt` → `['a', 'b.txt']`; the folder itself is the empty path.
 *
 * @throws BadPath naming what is wrong
 */
export function segmentsOf(path: string): string[] {
  const segments = path === '' ? [] : path.split('/');
  if (segments.length > MAX_DEPTH) throw new BadPath(`more than ${MAX_DEPTH} folders within each other`);
  for (const segment of segments) {
    const objection = objectionTo(segment);
    if (objection) throw new BadPath(objection);
  }
  if (segments[0] === PARTIAL_FOLDER) throw new BadPath(`${PARTIAL_FOLDER} is where unfinished uploads lie`);
  return segments;
}

/**
 * The same for a file that is to be made: names that terminals and scripts trip over are not made here.
 *
 * @throws BadPath naming what is wrong
 */
export function newSegmentsOf(path: string): string[] {
  const segments = segmentsOf(path);
  if (segments.length === 0) throw new BadPath('no name');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are refused
  if (/[\x00-\x1f\x7f]/.test(path))
    throw new BadPath('a line break or another control character in the name');
  return segments;
}

/** `a.txt` → `a (1).txt`, within the length that names may have. */
export function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const suffix = ` (${number})${extension}`;
  // A name that is nearly all extension has no room for a number in front of it.
  if (Buffer.byteLength(suffix) >= MAX_NAME) return numbered(name.replaceAll('.', '_'), number);
  let shortened = stem;
  while (Buffer.byteLength(shortened + suffix) > MAX_NAME) shortened = [...shortened].slice(0, -1).join('');
  return shortened + suffix;
}

function objectionTo(segment: string): string | undefined {
  if (segment === '') return 'an empty name';
  if (segment === '.' || segment === '..') return `"${segment}" in the path`;
  if (segment.includes('\0')) return 'a NUL in the name';
  if (!segment.isWellFormed()) return 'half a character in the name';
  if (Buffer.byteLength(segment) > MAX_NAME) return `a name above ${MAX_NAME} bytes`;
  return undefined;
}
