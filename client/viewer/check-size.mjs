/** Fails if what the page loads grows beyond what a slow line takes in a moment. */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { buildViewer } from './build.mjs';

/** Scripts and styles together, bytes after gzip. */
const LIMIT = 60 * 1024;

/** What index.html loads, itself or by its script. */
const LOADED = ['page.js', 'page.css', 'worker.js', 'sound.js'];

const folder = await buildViewer();
let total = 0;
for (const name of LOADED) {
  const size = gzipSync(await readFile(folder + name), { level: 9 }).byteLength;
  total += size;
  console.log(`${name.padEnd(10)} ${kilobytes(size)}`);
}
console.log(`${'together'.padEnd(10)} ${kilobytes(total)} of at most ${kilobytes(LIMIT)}, gzipped`);
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
