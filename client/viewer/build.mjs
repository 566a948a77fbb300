/** Bundles the viewer into dist/: what the streamer serves, and the element for other pages. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('src/', import.meta.url));
const output = fileURLToPath(new URL('dist/', import.meta.url));

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: true,
  target: ['chrome123', 'firefox128', 'safari18'],
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
  // Sources run under Node's resolution, which wants extensions; esbuild needs no tsconfig for them.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: true, verbatimModuleSyntax: true } },
};

/** Builds everything anew and returns the folder. */
export async function buildViewer() {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const [worker, worklet] = await Promise.all(
    ['media/decoder-worker.ts', 'audio/worklet.ts'].map(bundleThread),
  );
  await Promise.all([
    writeFile(`${output}worker.js`, worker),
    writeFile(`${output}sound.js`, worklet),
    build({
      ...common,
      entryPoints: [`${source}ui/page.ts`, `${source}ui/sign-in.ts`, `${source}ui/page.css`],
      outdir: output,
    }),
    build({
      ...common,
      format: 'iife',
      entryPoints: { 'remote-desktop': `${source}ui/standalone.ts` },
      outdir: output,
      plugins: [sources({ 'worker-source': worker, 'worklet-source': worklet })],
    }),
    copyFile(`${source}ui/icon.svg`, `${output}icon.svg`),
    writePages(),
  ]);
  return output;
}

/**
 * What runs on a thread of its own: it is loaded by its address.
 * @param {string} entry below core/
 */
async function bundleThread(entry) {
  const { outputFiles } = await build({
    ...common,
    format: 'iife',
    entryPoints: [`${source}core/${entry}`],
    write: false,
  });
  return outputFiles[0].text;
}

/**
 * Gives the standalone element the texts of its threads.
 * @param {Record<string, string>} texts by the names under which they are imported
 * @returns {import('esbuild').Plugin}
 */
function sources(texts) {
  return {
    name: 'sources',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^work(er|let)-source$/ }, ({ path }) => ({ path, namespace: 'sources' }));
      onLoad({ filter: /.*/, namespace: 'sources' }, ({ path }) => ({
        contents: texts[path],
        loader: 'text',
      }));
    },
  };
}

/**
 * The pages, and the Content-Security-Policy that they need. One script is inline, allowed by its hash: it adds a
 * missing trailing slash, without which no address of another file would be right.
 */
async function writePages() {
  const { outputFiles } = await build({
    ...common,
    format: 'iife',
    entryPoints: [`${source}ui/trailing-slash.js`],
    write: false,
  });
  const script = outputFiles[0].text.trim();
  for (const page of ['index.html', 'sign-in.html']) {
    const text = await readFile(`${source}ui/${page}`, 'utf8');
    await writeFile(
      `${output}${page}`,
      text.replace('<!-- trailing-slash.js -->', () => `<script>${script}</script>`),
    );
  }
  await writeFile(`${output}content-security-policy.txt`, `${contentSecurityPolicy(script)}\n`);
}

/** @param {string} script the text of the inline script */
function contentSecurityPolicy(script) {
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    `default-src 'none'`,
    `script-src 'self' 'sha256-${hash}'`,
    `style-src 'self'`,
    // Cursor shapes are data: images.
    `img-src 'self' data:`,
    `worker-src 'self'`,
    `connect-src 'self'`,
    `manifest-src 'self'`,
    `form-action 'self'`,
    `base-uri 'none'`,
  ].join('; ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`The viewer is in ${await buildViewer()}`);
}
