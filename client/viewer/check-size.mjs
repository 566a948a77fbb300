/** Fails if what the page loads grows beyond what a slow line takes in a moment. */
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { buildViewer } from './build.mjs';

/** Scripts and styles that a desktop is shown with, together, bytes after gzip. */
const AT_ONCE = 60 * 1024;

/** What comes when it is asked for (panels, dialogs, uploads, one language), together, bytes after gzip. */
const ON_DEMAND = 30 * 1024;

/** Not of the desktop's page: the element for other pages, and what those see who have no token. */
const ELSEWHERE = ['remote-desktop.js', 'sign-in.js'];

const folder = await buildViewer();
const index = await readFile(`${folder}index.html`, 'utf8');
const translations = (await readdir(new URL('src/words/translations/', import.meta.url))).map(
  (name) => name.split('.')[0],
);

/** @type {Record<'at once' | 'on demand', number>} */
const totals = { 'at once': 0, 'on demand': 0 };
/** A person speaks one language: the largest counts. */
let language = 0;
for (const name of await readdir(folder)) {
  if (!/\.(js|css)$/.test(name) || ELSEWHERE.includes(name)) continue;
  const size = gzipSync(await readFile(folder + name), { level: 9 }).byteLength;
  // The threads of the decoder and of sound start with the desktop.
  const when = index.includes(name) || /^(worker|sound)\.js$/.test(name) ? 'at once' : 'on demand';
  if (translations.includes(name.split('-')[0])) language = Math.max(language, size);
  else totals[when] += size;
  console.log(`${name.padEnd(32)} ${kilobytes(size)}  ${when}`);
}
totals['on demand'] += language;
check('at once', AT_ONCE);
check('on demand', ON_DEMAND);

/** @param {keyof typeof totals} when @param {number} limit bytes */
function check(when, limit) {
  const total = totals[when];
  console.log(
    `${`together, ${when}`.padEnd(32)} ${kilobytes(total)} of at most ${kilobytes(limit)}, gzipped`,
  );
  if (total <= limit) return;
  console.error(
    'The page is too large. `npx esbuild --analyze` of client/viewer/src/ui/page.ts shows what grew.',
  );
  process.exitCode = 1;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(6)} KB`;
}
