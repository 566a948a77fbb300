/** Fails if what the page loads grows beyond what a slow line takes in a moment. */
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { buildViewer } from './build.mjs';

/**
 * Scripts and styles together, with what comes on demand, bytes after gzip. Files go up by a client of the tus protocol of
 * our own (src/core/files/upload.ts, 2 KB) for its sake: tus-js-client 4.3.1 alone takes 16 KB. The streamer is tested
 * with that one all the same.
 */
const LIMIT = 60 * 1024;

/** Not of the desktop's page: the element for other pages, and what those see who have no token. */
const ELSEWHERE = ['remote-desktop.js', 'sign-in.js'];

const folder = await buildViewer();
const translations = (await readdir(new URL('src/words/translations/', import.meta.url))).map(
  (name) => name.split('.')[0],
);

let total = 0;
/** A person speaks one language: the largest counts. */
let language = 0;
for (const name of await readdir(folder)) {
  if (!/\.(js|css)$/.test(name) || ELSEWHERE.includes(name)) continue;
  const size = gzipSync(await readFile(folder + name), { level: 9 }).byteLength;
  if (translations.includes(name.split('-')[0])) language = Math.max(language, size);
  else total += size;
  console.log(`${name.padEnd(30)} ${kilobytes(size)}`);
}
total += language;
console.log(
  `${'together, with one language'.padEnd(30)} ${kilobytes(total)} of at most ${kilobytes(LIMIT)}, gzipped`,
);
if (total > LIMIT) {
  console.error(
    'The page is too large. `npx esbuild --analyze` of client/viewer/src/ui/page.ts shows what grew.',
  );
  process.exitCode = 1;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(6)} KB`;
}
