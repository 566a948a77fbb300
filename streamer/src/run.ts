/** Puts a desktop together from its parts, and takes it apart in order. */
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Display } from './display/api.ts';
import { connectDisplay } from './display/display.ts';
import type { BasicAuth } from './http/auth.ts';
import type { CertificateFiles } from './http/certificate.ts';
import { type Gateway, startGateway, type WebRtcOptions } from './http/gateway.ts';
import { Shares } from './http/shares.ts';
import type { Media } from './media/api.ts';
import { type MediaProcess, startMedia } from './media/process.ts';
import { Notices } from './notices.ts';
import { Screenshots } from './screenshots.ts';
import { clipboardPolicy } from './session/clipboard.ts';
import type { Settings } from './settings.ts';
import { soundNotices } from './sound-notices.ts';
import { openCappedLog } from './supervisor/capped-log.ts';
import { describeExit } from './supervisor/child.ts';
import { startDesktopSession } from './supervisor/desktop-session.ts';
import { chooseDesktop, type Desktop } from './supervisor/desktops.ts';
import { Gate } from './supervisor/gate.ts';
import { type OwnXServer, openOwnXServer } from './supervisor/own-x-server.ts';
import { INSTANCE_VARIABLE } from './supervisor/processes.ts';
import { findSoundServer, soundServerMissing } from './supervisor/sound/sound-server.ts';
import { type OwnSound, openOwnSound } from './supervisor/sound.ts';
import { Supervised } from './supervisor/supervised.ts';
import { readOrMakeToken } from './supervisor/token.ts';
import type { IceServerSettings } from './transport/webrtc/ice-servers.ts';

export interface DeskOptions {
  settings: Settings;
  /** Tells this desktop from all others; see `instanceOf`. */
  instance: string;
  token: string;
  log: Logger;
}

/** A desktop that is ready for viewers. Disposing of it ends all of its processes. */
export interface Desk extends AsyncDisposable {
  /** X display, `:N`. */
  readonly display: string;
  /** Cookie file of an X server of our own. */
  readonly xauthority: string | undefined;
  /** `PULSE_SERVER` for its programs; undefined where it is mute. */
  readonly pulseServer: string | undefined;
  readonly port: number;
  /** The page's address, without the token. */
  readonly url: string;
}

/** @throws Error saying why it cannot be had and what to do; nothing is left then */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  await using stack = new AsyncDisposableStack();
  const desk = new Composition(options);
  const x = stack.use(await desk.openX());
  const media = stack.use(desk.startMedia(x));
  const display = stack.use(await desk.connectDisplay(x));
  const sound = stack.use(await desk.openSound());
  stack.use(await desk.startSession(x, sound?.pulseServer));
  const gateway = stack.use(await desk.startGateway(media, display, sound));
  const parts = stack.move();
  return {
    display: x.display,
    xauthority: x.xauthority,
    pulseServer: sound?.pulseServer,
    port: gateway.port,
    url: gateway.url,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** The X server that is shown, ours or somebody's. */
type XServer = Omit<OwnXServer, 'xauthority'> & { xauthority: string | undefined };

class Composition {
  readonly #options: DeskOptions;
  readonly #notices = new Notices();
  /** Open while the display is there, at its size: no program is started before. */
  readonly #displayIsThere = new Gate();
  #session: Supervised | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  async openX(): Promise<XServer> {
    const { settings, instance, log } = this.#options;
    const { attach, display, maxSize, stateDir } = settings;
    if (attach !== undefined)
      return {
        display: attach,
        xauthority: undefined,
        screenSegment: undefined,
        async [Symbol.asyncDispose]() {},
      };
    return openOwnXServer({
      display,
      maxSize,
      stateDir,
      instance,
      log,
      events: {
        onExit: (exit) => this.#loseX(describeExit(exit)),
        onStartFailed: ({ message }) => {
          log.error(message);
          this.#notices.set({ level: 'error', code: 'x-server', message, remedy: 'deskside logs xserver' });
        },
        onRestarted: () => this.#notices.over('x-server', 'The X server runs again.'),
      },
    });
  }

  startMedia(x: XServer): MediaProcess {
    const { settings, instance, log } = this.#options;
    const { display, xauthority } = x;
    return startMedia({
      display,
      ...(xauthority !== undefined && { xauthority }),
      screenSegment: () => x.screenSegment,
      env: { ...process.env, [INSTANCE_VARIABLE]: `${instance}/media` },
      fps: settings.fps,
      bitrate: settings.bitrate,
      encoder: settings.encoder,
      codec: settings.codec,
      chroma: settings.chroma,
      gpu: settings.gpuId,
      exact: settings.exact === 'on',
      log,
      onState: (state, reason) => {
        if (state === 'running') return this.#notices.over('media', 'The picture is back.');
        const message = `The picture stopped (${reason}) and is being started again.`;
        this.#notices.set({ level: 'warning', code: 'media', message, remedy: 'deskside doctor' });
      },
    });
  }

  async connectDisplay({ display, xauthority }: XServer): Promise<Display> {
    const { settings, log } = this.#options;
    const { attach, maxSize, size, clipboard, clipboardPrimary, keyboardLayout } = settings;
    const selections = clipboardPrimary === 'on' ? 'clipboard-and-primary' : 'clipboard';
    const connected = await connectDisplay({
      display,
      ...(xauthority !== undefined && { xauthority }),
      maxSize,
      clipboard: clipboard === 'none' ? 'off' : selections,
      log,
    });
    // An X server of somebody else keeps the size that they gave it.
    if (attach === undefined) await connected.resize(size);
    if (keyboardLayout !== 'auto') {
      await connected.setLayout(keyboardLayout).catch((error: Error) => log.warn(error.message));
    }
    this.#displayIsThere.open();
    connected.on({
      onPresence: (there) => (there ? this.#displayIsThere.open() : this.#displayIsThere.close()),
    });
    return connected;
  }

  /** A desktop without sound is better than none. */
  async openSound(): Promise<OwnSound | undefined> {
    const { settings, instance, log } = this.#options;
    const { audio, audioChannels, audioFrame, audioBitrate, microphone, stateDir, name } = settings;
    if (audio === 'off') return undefined;
    const kind = findSoundServer(audio);
    if (kind === undefined) {
      const { problem, remedy } = soundServerMissing(audio);
      log.warn(`the desktop is mute, ${problem}: ${remedy}`);
      return undefined;
    }
    log.info({ server: kind.name }, 'sound server starts');
    const format = {
      channels: audioChannels,
      frame: audioFrame,
      bitrate: audioBitrate,
      microphone: microphone === 'on',
    };
    const notices = soundNotices(this.#notices, log);
    try {
      return await openOwnSound({ kind, desktop: name, ...format, stateDir, instance, log, ...notices });
    } catch (error) {
      notices.events.onStartFailed?.(error as Error);
      return undefined;
    }
  }

  async startSession(x: XServer, pulseServer: string | undefined): Promise<AsyncDisposable> {
    const { stateDir, session, attach } = this.#options.settings;
    await using stack = new AsyncDisposableStack();
    // An X server of somebody else has a session of its own.
    if (session === 'none' || (session === 'auto' && attach !== undefined)) return stack.move();
    const desktop = chooseDesktop(session);
    if (desktop === undefined) this.#missDesktop();
    else {
      const output = await openCappedLog(join(stateDir, 'session.log'));
      stack.defer(() => new Promise((resolve) => output.end(resolve)));
      this.#session = stack.use(await this.#superviseSession(x, pulseServer, desktop, output));
    }
    return stack.move();
  }

  async startGateway(media: Media, display: Display, own: OwnSound | undefined): Promise<Gateway> {
    const { settings, instance, token, log } = this.#options;
    const { host, port, name, viewerTokenFile, allowedOrigins, maxSize, resize, attach, fps, bitrate } =
      settings;
    const screenshots = new Screenshots(settings.stateDir);
    const gateway = await startGateway({
      host,
      port,
      name,
      instanceId: instance,
      token,
      viewerToken: viewerTokenFile && (await readOrMakeToken(viewerTokenFile)),
      shares: new Shares(settings.stateDir),
      allowedOrigins,
      maxSize,
      resizable: resize === 'auto' && attach === undefined,
      followsKeyboard: settings.keyboardLayout === 'auto' && attach === undefined,
      fps,
      bitrate,
      sharpens: settings.exact === 'on',
      metrics: settings.metrics,
      tls: certificateFiles(settings),
      basic: basicAuth(settings),
      idleLimit: settings.idleTimeout,
      quality: settings.quality,
      clipboard: clipboardPolicy(settings.clipboard),
      files: { ways: settings.files, directory: settings.filesDir },
      screenshot: () => screenshots.take(),
      media,
      display,
      sound: own?.sound,
      microphone: own?.microphone,
      pageDirectory: pageDirectory(),
      ...(settings.transport !== 'websocket' && { webRtc: webRtcOptions(settings) }),
      log,
    });
    this.#notices.connect(gateway);
    return gateway;
  }

  #superviseSession(
    x: XServer,
    pulseServer: string | undefined,
    desktop: Desktop,
    output: Writable,
  ): Promise<Supervised> {
    const { settings, instance, log } = this.#options;
    const { display, xauthority } = x;
    const start = async (signal: AbortSignal) => {
      await this.#displayIsThere.pass(signal);
      return startDesktopSession({
        desktop,
        display,
        xauthority,
        pulseServer,
        stateDir: settings.stateDir,
        instance,
        output,
      });
    };
    log.info({ desktop: desktop.name }, 'session starts');
    return Supervised.start(start, {
      onExit: (exit) => {
        log.info({ exit: describeExit(exit) }, 'the session ended and is started again');
        this.#notices.set({
          level: 'info',
          code: 'session',
          message: 'The desktop session ended. It starts afresh.',
        });
      },
      onStartFailed: ({ message }) => {
        log.error(message);
        this.#notices.set({ level: 'error', code: 'session', message, remedy: 'deskside logs session' });
      },
      onRestarted: () => this.#notices.over('session', 'The desktop session runs.'),
    });
  }

  #loseX(exit: string): void {
    this.#displayIsThere.close();
    this.#options.log.error({ exit }, 'the X server ended and is started again');
    const message = `The X server ended (${exit}) and the programs on the desktop with it. It is being started again.`;
    this.#notices.set({ level: 'error', code: 'x-server', message });
    // Not waited for: the X server comes back while its old clients end.
    void this.#session?.restart();
  }

  #missDesktop(): void {
    const message = 'No desktop is installed: the screen stays empty.';
    const remedy = 'apt-get install xfce4 dbus-x11, then deskside restart';
    this.#options.log.warn(`${message} ${remedy}`);
    this.#notices.set({ level: 'warning', code: 'session', message, remedy });
  }
}

/** Settings have been checked to give both or none. */
function certificateFiles({ tlsCert, tlsKey }: Settings): CertificateFiles | undefined {
  return tlsCert !== undefined && tlsKey !== undefined ? { cert: tlsCert, key: tlsKey } : undefined;
}

function basicAuth({ basicAuthUser: user, basicAuthPassword: password }: Settings): BasicAuth | undefined {
  return user !== undefined && password !== undefined ? { user, password } : undefined;
}

function webRtcOptions(settings: Settings): WebRtcOptions {
  const { transport, udpPort, publicAddress, stunUri, relayOnly } = settings;
  return {
    only: transport === 'webrtc',
    ...(udpPort !== undefined && { udpPort }),
    ...(Array.isArray(publicAddress) && { publicAddresses: publicAddress }),
    ...(publicAddress === 'auto' && { stunUri }),
    iceServers: iceServerSettings(settings),
    relayOnly: relayOnly === 'on',
  };
}

function iceServerSettings(settings: Settings): IceServerSettings {
  const { turnUri, turnUser, turnPassword, turnSecret } = settings;
  const { turnRestUri, turnRestUser, turnRestHeader, iceServersFile } = settings;
  return {
    turnUris: turnUri,
    turnUser,
    turnPassword,
    turnSecret,
    turnRest:
      turnRestUri === undefined
        ? undefined
        : { uri: turnRestUri, user: turnRestUser, headers: turnRestHeader },
    file: iceServersFile,
  };
}

/** Beside the workspace's viewer while developing, beside the bundle in what ships. */
function pageDirectory(): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../client/viewer/dist' : './page';
  return fileURLToPath(new URL(folder, import.meta.url));
}
