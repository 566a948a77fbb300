import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../../../support/cache.ts';
import { command } from '../../../support/engine/command.ts';
import { kept } from '../../../support/kept.ts';
import { startXvfb } from '../../../support/xvfb.ts';
import { placeFor, type Rival, run, served, temporaryHome } from './rival.ts';

const VERSION = '2.1.0';
const HOME = join(cacheDirectory, 'rivals', `selkies-${VERSION}`);
const INSTALLED = `${HOME}.installed`;

/** As its settings reference says; what is not given is as it comes: h264enc, 60 frames a second, 8000 kbit/s, CBR. */
const SETTINGS = [
  '--enable-basic-auth=false',
  '--audio-enabled=false',
  '--manual-width=1920',
  '--manual-height=1080',
];

const MODES = {
  websockets: ['--mode=websockets'],
  // Without a STUN server in reach: host candidates suffice, at one port.
  webrtc: ['--mode=webrtc', '--webrtc-ice-lite=true', '--webrtc-udp-mux-port=59000'],
};

export const selkiesWebSocket = selkies('Selkies WebSocket', 'websockets');
export const selkiesWebRtc = selkies('Selkies WebRTC', 'webrtc');

function selkies(name: string, mode: keyof typeof MODES): Rival {
  const settings = [...MODES[mode], ...SETTINGS];
  return {
    name,
    command: `selkies ${settings.join(' ')}`,
    version: async () => `Selkies ${VERSION} (PyPI)`,
    install: async () => void (await kept(INSTALLED, import.meta.filename)),
    async start(lab) {
      await using stack = new AsyncDisposableStack();
      const home = await temporaryHome(stack);
      const xvfb = stack.use(await startXvfb('1920x1080', lab?.server));
      const { host, port } = await placeFor(lab);
      // It reaches its own signalling at localhost, wherever it serves; in a lab nobody else is there.
      const where = [`--addr=${lab ? '0.0.0.0' : host}`, `--port=${port}`];
      const server = run(stack, lab, [join(HOME, 'bin/selkies'), ...where, ...settings], {
        HOME: home,
        DISPLAY: xvfb.address.display,
        XAUTHORITY: xvfb.address.xauthority,
      });
      const url = `http://${host}:${port}/`;
      await served(lab, url);
      const parts = stack.move();
      return {
        url,
        address: xvfb.address,
        pid: server.pid!,
        xPid: xvfb.pid,
        [Symbol.asyncDispose]: () => parts.disposeAsync(),
      };
    },
  };
}

/** In place: a virtual environment knows its own path. */
async function install(): Promise<void> {
  if (existsSync(INSTALLED)) return;
  await command('python3', ['-m', 'venv', '--clear', HOME]);
  await command(join(HOME, 'bin/pip'), ['install', '--quiet', `selkies==${VERSION}`]);
  await writeFile(INSTALLED, '');
}

if (import.meta.main) await install();
