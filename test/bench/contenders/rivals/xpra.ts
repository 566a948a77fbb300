import { startXvfb } from '../../../support/xvfb.ts';
import { installDebian, versionOf } from './debian.ts';
import { placeFor, type Rival, run, served, temporaryHome } from './rival.ts';

/** A desktop in one window, without what would only take time: sound, printers, notifications. */
const SETTINGS = [
  ...['--html=on', '--daemon=no', '--use-display', '--systemd-run=no', '--mdns=no', '--resize-display=no'],
  ...['--pulseaudio=no', '--speaker=disabled', '--microphone=disabled', '--webcam=no', '--printing=no'],
  ...['--notifications=no', '--dbus-launch=no', '--dbus-proxy=no', '--start-new-commands=no'],
];

export const xpra: Rival = {
  name: 'xpra HTML5',
  command: `xpra start-desktop ${SETTINGS.join(' ')}`,
  version: async () => `xpra ${await versionOf('xpra')} with its HTML5 client (Debian)`,
  install: () => installDebian('xpra', 'python3-lz4', 'python3-pil', 'python3-numpy', 'python3-brotli'),
  async start(lab) {
    await using stack = new AsyncDisposableStack();
    const home = await temporaryHome(stack);
    const xvfb = stack.use(await startXvfb('1920x1080', lab?.server));
    const { host, port } = await placeFor(lab);
    const { display, xauthority } = xvfb.address;
    const server = run(
      stack,
      lab,
      ['xpra', 'start-desktop', display, `--bind-tcp=${host}:${port}`, ...SETTINGS],
      { HOME: home, XDG_RUNTIME_DIR: home, XAUTHORITY: xauthority },
    );
    const page = `http://${host}:${port}/`;
    await served(lab, page);
    const parts = stack.move();
    return {
      url: `${page}index.html?floating_menu=no&clipboard=no&sound=no`,
      // Its page centres the desktop together with a frame that it does not show.
      corner: { x: 0, y: -2 },
      address: xvfb.address,
      pid: server.pid!,
      xPid: xvfb.pid,
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  },
};
