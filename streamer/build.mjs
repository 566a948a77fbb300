/**
 * Makes `streamer/dist/`: the streamer as plain JavaScript for Node 24, with the page and the native package that it
 * loads, so that it runs from any folder with nothing installed beside it.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildViewer } from '../client/viewer/build.mjs';

const streamer = fileURLToPath(new URL('.', import.meta.url));
const repository = join(streamer, '..');
const modules = join(repository, 'node_modules');

/** Bundled into the page; what the streamer bundles is read from its bundle. */
const PAGE_PACKAGES = [
  ...['lit', 'lit-element', 'lit-html', '@lit/reactive-element'],
  ...['fflate', 'tus-js-client', 'valibot'],
];

/**
 * Of werift, what makes certificates and what looks up `.local` names: half of all that WebRTC loads, 5 MB of the gateway,
 * for what is done here or not at all. werift names them where it is loaded, and uses them only when asked to.
 */
const LEFT_OUT = {
  '@peculiar/x509':
    'export const cryptoProvider = { set() {} }, X509CertificateGenerator = null, PemConverter = null;',
  'multicast-dns': 'export default null;',
};

/** Of werift's, what Node does itself, with less memory and sooner. */
const BY_NODE = ['@noble/curves/p256', 'tweetnacl', '@fidm/x509'];
const NODE_CRYPTO = 'src/transport/webrtc/node-crypto.ts';

/**
 * Of x11, an X server, the names of all keys, extensions that nobody asks for and what is for Bun: half of its text, which
 * V8 keeps. They are loaded by `require` when somebody does.
 */
const LEFT_OUT_OF_X11 =
  /\/x11\/lib\/(xserver\/index|keysyms|fdpass-bun|ext\/(apple-wm|composite|dbe|dpms|dri3|glx|present|record|render|screen-saver|shape|sync|xinerama|xinput|xv))\.js$/;

/**
 * Modules of Node's that are loaded when something of them is used, not where they are named: packages name far more than
 * they use. As an ES module `http` even reads all that it exports, one of which is all of undici, HTTP/2 and web streams.
 */
const LATE = /^(node:)?(https?|http2|tls|assert|cluster|readline|worker_threads)$/;

/**
 * @param {string} [out] folder that is made anew
 * @returns {Promise<string>} that folder
 */
export async function buildStreamer(out = join(streamer, 'dist')) {
  await rm(out, { recursive: true, force: true });
  const inputs = await bundle(out);
  await cp(await buildViewer(), join(out, 'page'), { recursive: true });
  await copyKoffiBinary(join(modules, `@koromix/koffi-linux-${process.arch}`), process.arch, out);
  await writeFile(
    join(out, 'THIRD-PARTY-LICENSES'),
    await licenses([...packagesOf(inputs), ...PAGE_PACKAGES]),
  );
  return out;
}

/** Five programs and what they share; the command line is a chunk of its own, which Node's compile cache then keeps. */
async function bundle(out) {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: {
      deskside: join(streamer, 'bin/deskside.mjs'),
      media: join(streamer, 'src/media/main.ts'),
      'encoder-probe': join(streamer, 'src/media/encoders/encoder-probe-main.ts'),
      sound: join(streamer, 'src/media/audio/main.ts'),
      microphone: join(streamer, 'src/media/audio/microphone-main.ts'),
    },
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Stack traces stay readable: people report them.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    alias: Object.fromEntries(BY_NODE.map((name) => [name, join(streamer, NODE_CRYPTO)])),
    plugins: [leaveOut(LEFT_OUT, LEFT_OUT_OF_X11), loadLate(LATE)],
    // CommonJS packages ask for Node's own modules by require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

/**
 * @param {Record<string, string>} packages what takes the place of each, as a module
 * @param {RegExp} files modules of which nothing is left
 * @returns {import('esbuild').Plugin}
 */
function leaveOut(packages, files) {
  return {
    name: 'leave-out',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path }) =>
        Object.hasOwn(packages, path) ? { path, namespace: 'left-out' } : undefined,
      );
      onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({ contents: packages[path] }));
      onLoad({ filter: files }, () => ({ contents: '' }));
    },
  };
}

/**
 * @param {RegExp} filter modules of Node's
 * @returns {import('esbuild').Plugin}
 */
function loadLate(filter) {
  return {
    name: 'load-late',
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, ({ path, namespace }) =>
        namespace === 'late' ? { path, external: true } : { path, namespace: 'late' },
      );
      onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({ contents: lateModule(path) }));
    },
  };
}

/** Its exports as properties that are read when they are asked for; a module that is a function is one here, too. */
function lateModule(path) {
  const names = Object.keys(process.getBuiltinModule(path)).map((name) => JSON.stringify(name));
  return `const load = () => require(${JSON.stringify(path)});
module.exports = (...values) => load()(...values);
for (const name of [${names}]) {
  Object.defineProperty(module.exports, name, { enumerable: true, get: () => load()[name] });
}`;
}

/**
 * @param {string} from folder of the package that brings the binary
 * @param {string} arch as in `process.arch`
 * @param {string} out folder of a built streamer
 */
export async function copyKoffiBinary(from, arch, out) {
  const to = join(out, `node_modules/@koromix/koffi-linux-${arch}`);
  await mkdir(to, { recursive: true });
  for (const file of ['package.json', 'index.js', `linux_${arch}/koffi.node`]) {
    await cp(join(from, file), join(to, file));
  }
}

/** `node_modules/@scope/name/lib/x.js` → `@scope/name`. */
function packagesOf(inputs) {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;
  return new Set(inputs.flatMap((input) => name.exec(input)?.[1] ?? []));
}

/** The licences of what is bundled ask for their text to come along. */
async function licenses(packages) {
  const texts = await Promise.all([...new Set(packages)].sort().map(license));
  return texts.join(`\n${'-'.repeat(80)}\n`);
}

async function license(name) {
  const folder = join(modules, name);
  const { version, license: terms = '' } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  // Some say it only by name.
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
  return `${name} ${version} ${terms}\n\n${text.trim()}\n`;
}

if (import.meta.main) console.log(`The streamer: ${await buildStreamer()}`);
