import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../../../support/cache.ts';
import { command } from '../../../support/engine/command.ts';
import { kept } from '../../../support/kept.ts';
import { startXServer } from '../../../support/xvfb.ts';
import { installDebian, versionOf } from './debian.ts';
import { placeFor, type Rival, run, served, temporaryHome } from './rival.ts';

const NOVNC = '1.7.0';
const HOME = join(cacheDirectory, 'rivals', `novnc-${NOVNC}`);
const INSTALLED = `${HOME}.installed`;

/** As in noVNC's LIBRARY.md; the picture is not scaled and its quality is as it comes. */
const PAGE = `<!doctype html>
<style>html, body, #screen { margin: 0; height: 100%; overflow: hidden }</style>
<div id="screen"></div>
<script type="module">
  import RFB from './node_modules/@novnc/novnc/core/rfb.js';
  const rfb = new RFB(document.getElementById('screen'), 'ws://' + location.host + '/');
  rfb.focusOnClick = true;
</script>
`;

const SETTINGS = ['-geometry', '1920x1080', '-depth', '24', '-SecurityTypes', 'None', '-AlwaysShared'];

export const tigerVnc: Rival = {
  name: 'TigerVNC and noVNC',
  command: `Xtigervnc ${SETTINGS.join(' ')}; websockify; noVNC's RFB in a page of its own`,
  async version() {
    return `TigerVNC ${await versionOf('tigervnc-standalone-server')} and websockify ${await versionOf('websockify')} (Debian), noVNC ${NOVNC} (npm)`;
  },
  async install() {
    await installDebian('tigervnc-standalone-server', 'websockify');
    await kept(INSTALLED, import.meta.filename);
  },
  async start(lab) {
    await using stack = new AsyncDisposableStack();
    const home = await temporaryHome(stack);
    const { host, port } = await placeFor(lab);
    const socket = join(home, 'rfb');
    const server = stack.use(
      await startXServer('Xtigervnc', ['-rfbunixpath', socket, '-rfbport', '-1', ...SETTINGS], lab?.server),
    );
    const target = ['--web', HOME, '--unix-target', socket, `${host}:${port}`];
    const proxy = run(stack, lab, ['websockify', ...target], { HOME: home });
    const url = `http://${host}:${port}/index.html`;
    await served(lab, url);
    const parts = stack.move();
    return {
      url,
      address: server.address,
      pid: proxy.pid!,
      xPid: server.pid,
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  },
};

async function install(): Promise<void> {
  if (existsSync(INSTALLED)) return;
  await rm(HOME, { recursive: true, force: true });
  await mkdir(HOME, { recursive: true });
  await writeFile(join(HOME, 'package.json'), '{"private":true}');
  await command('npm', ['install', '--no-audit', '--no-fund', `@novnc/novnc@${NOVNC}`], { cwd: HOME });
  await writeFile(join(HOME, 'index.html'), PAGE);
  await writeFile(INSTALLED, '');
}

if (import.meta.main) await install();
