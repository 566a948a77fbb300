/**
 * THE table of settings. Each row gives a flag (`maxSize` → `--max-size`) and an environment variable
 * (`DESKSIDE_MAX_SIZE`, also in the settings file); help, checks, reference docs, the feature's options and the Terraform
 * module's variables all come from it or are held against it.
 */
import { RATE_PRESETS } from '@deskside/protocol/rate-presets';
import * as v from 'valibot';
import { CODEC_NAMES, ENCODER_NAMES } from './media/encoders/table.ts';
import {
  addresses,
  type Check,
  displayNumber,
  headerFields,
  keyboardLayout,
  origins,
  path,
  screenSize,
  screenSizeAllowed,
  short,
  stunUri,
  timeLimit,
  turnUris,
  unset,
  webAddress,
  wholeNumber,
} from './settings/values.ts';
import type { Channels } from './supervisor/sound/kind.ts';

export interface Setting {
  /** Stands for the value in `--help`. */
  value: string;
  /** As a person would give it. Empty: not set. An empty value given means this one. */
  default: string;
  /** Reads the text and makes the value; its own messages are not shown, `allowed` is. */
  check: Check;
  /** What is allowed, for help and errors. */
  allowed: string;
  /** One sentence without its full stop. */
  help: string;
  /** Selkies' environment variable that means the same. */
  selkies?: string;
  /** Its value is in no message and in no program's environment. */
  secret?: boolean;
}

export const settingsTable = {
  host: {
    value: 'ADDRESS',
    default: '127.0.0.1',
    check: v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9.:_-]{1,253}$/)),
    allowed: 'an IP address or host name; 0.0.0.0 or :: for every interface',
    help: 'address to listen at',
    selkies: 'SELKIES_ADDR',
  },
  port: {
    value: 'N',
    default: '6080',
    check: wholeNumber(0, 65535),
    allowed: '0 to 65535; 0 picks a free one',
    help: 'TCP port to listen at',
    selkies: 'SELKIES_PORT',
  },
  size: {
    value: 'WxH',
    default: '1920x1080',
    check: screenSize,
    allowed: `${screenSizeAllowed}, at most --max-size`,
    help: 'size of the desktop at the start',
  },
  maxSize: {
    value: 'WxH',
    default: '3840x2160',
    check: screenSize,
    allowed: screenSizeAllowed,
    help: 'largest size that the desktop can be given; takes memory',
  },
  resize: {
    value: 'MODE',
    default: 'auto',
    check: v.picklist(['auto', 'off']),
    allowed: 'auto or off',
    help: 'whether the desktop follows the window of who controls it; with --attach it never does',
  },
  keyboardLayout: {
    value: 'NAME',
    default: 'auto',
    check: v.union([v.literal('auto'), keyboardLayout]),
    allowed: 'auto, or a layout of XKB such as de, or with its variant us/dvorak',
    help: 'keyboard layout of the desktop; auto follows the keyboard of who controls it, not with --attach',
  },
  fps: {
    value: 'N',
    default: '60',
    check: wholeNumber(1, 240),
    allowed: '1 to 240',
    help: 'frames per second at most',
    selkies: 'SELKIES_FRAMERATE',
  },
  bitrate: {
    value: 'KBIT',
    default: '8000',
    check: wholeNumber(100, 200_000),
    allowed: '100 to 200000 kbit/s',
    help: 'bits that the video of one stream may take, kbit/s; above 8000 it is drawn more finely, too',
    selkies: 'SELKIES_VIDEO_BITRATE',
  },
  quality: {
    value: 'PRESET',
    default: 'full',
    check: v.picklist(RATE_PRESETS),
    allowed: `${RATE_PRESETS.join(', ')}: all of --bitrate and --fps, fewer and better frames, or little of both`,
    help: 'what the picture may take at first; people choose anew in the page',
  },
  encoder: {
    value: 'NAME',
    default: 'auto',
    check: v.picklist(['auto', ...ENCODER_NAMES]),
    allowed: `auto, ${ENCODER_NAMES.join(', ')}; deskside doctor says which work here`,
    help: 'video encoder',
    selkies: 'SELKIES_ENCODER',
  },
  codec: {
    value: 'NAME',
    default: 'auto',
    check: v.picklist(['auto', ...CODEC_NAMES]),
    allowed: `auto, ${CODEC_NAMES.join(', ')}`,
    help: 'codec of the video; viewers that do not decode it see nothing',
  },
  exact: {
    value: 'MODE',
    default: 'on',
    check: v.picklist(['on', 'off']),
    allowed: 'on or off',
    help: 'whether what rests, is typed or scrolls is sent in exact pixels over the video; off: all is video',
  },
  chroma: {
    value: 'KIND',
    default: '420',
    check: v.picklist(['420', '444']),
    allowed: '420 (one colour for four pixels) or 444 (one for each)',
    help: 'colours of what moves as video; 444 keeps coloured text sharp, in browsers that decode it, for more CPU time',
  },
  gpuId: {
    value: 'N',
    default: '0',
    check: wholeNumber(0, 63),
    allowed: '0 to 63, as CUDA counts or the render nodes of /dev/dri from renderD128 on',
    help: 'number of the GPU whose video encoders are used',
    selkies: 'SELKIES_GPU_ID',
  },
  audio: {
    value: 'MODE',
    default: 'auto',
    check: v.picklist(['auto', 'pulseaudio', 'pipewire', 'off']),
    allowed: 'auto (what is installed), pulseaudio, pipewire or off',
    help: 'sound of the desktop, and which sound server it has',
  },
  audioBitrate: {
    value: 'KBIT',
    default: '128',
    check: wholeNumber(16, 510),
    allowed: '16 to 510 kbit/s',
    help: 'bits that sound takes while there is any, kbit/s; 256 suit 5.1, 450 suit 7.1',
  },
  audioFrame: {
    value: 'MS',
    default: '10',
    check: v.pipe(v.picklist(['5', '10', '20', '40', '60']), v.transform(Number)),
    allowed: '5, 10, 20, 40 or 60 ms',
    help: 'length of a piece of sound; shorter ones come sooner, longer ones take fewer bits',
  },
  audioChannels: {
    value: 'N',
    default: '2',
    check: v.pipe(
      v.picklist(['1', '2', '6', '8']),
      v.transform((text) => Number(text) as Channels),
    ),
    allowed: '1, 2, 6 (5.1) or 8 (7.1)',
    help: 'channels of the sound; a page with fewer loudspeakers mixes them down',
    selkies: 'SELKIES_AUDIO_CHANNELS',
  },
  microphone: {
    value: 'MODE',
    default: 'on',
    check: v.picklist(['on', 'off']),
    allowed: 'on or off',
    help: 'whether who controls the desktop may speak into it, by a microphone that they turn on in the page',
  },
  clipboard: {
    value: 'WAYS',
    default: 'both',
    check: v.picklist(['both', 'in', 'out', 'none']),
    allowed: 'both, in (into the desktop), out (of the desktop) or none',
    help: 'which ways copied text and pictures may go',
  },
  clipboardPrimary: {
    value: 'MODE',
    default: 'off',
    check: v.picklist(['on', 'off']),
    allowed: 'on or off',
    help: 'whether what is merely selected on the desktop counts as copied (the PRIMARY selection)',
  },
  files: {
    value: 'WAYS',
    default: 'both',
    check: v.picklist(['both', 'in', 'out', 'none']),
    allowed: 'both, in (into --files-dir), out (of it) or none',
    help: 'which ways files may go',
  },
  filesDir: {
    value: 'DIR',
    default: '~/Downloads',
    check: path,
    allowed: 'a directory; made if it is missing',
    help: 'where files from viewers come to lie, and the only place from which viewers get files',
  },
  session: {
    value: 'COMMAND',
    default: 'auto',
    check: v.pipe(v.string(), v.trim(), v.minLength(1)),
    allowed: 'auto (XFCE, MATE, LXQt, openbox or a terminal, what is installed), none, or a shell command',
    help: 'what runs on the desktop',
  },
  display: {
    value: ':N',
    default: '',
    check: unset(displayNumber),
    allowed: ':0 to :59535; the first free one if not given',
    help: 'number of the X server that is started',
  },
  attach: {
    value: ':N',
    default: '',
    check: unset(displayNumber),
    allowed: ':0 to :59535, the number of an X server of this machine that runs already',
    help: 'show an existing X server instead of starting one; it keeps its size and its session',
  },
  stateDir: {
    value: 'DIR',
    default: '',
    check: unset(path),
    allowed: 'a directory of your own; deskside/NAME in XDG_STATE_HOME (~/.local/state) if not given',
    help: 'where the token, session.json and the logs are kept',
  },
  name: {
    value: 'NAME',
    default: 'default',
    check: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)),
    allowed: 'up to 64 letters, digits, dots, dashes and underscores, the first a letter or digit',
    help: 'name of the desktop; each name is a desktop of its own',
  },
  tokenFile: {
    value: 'FILE',
    default: '',
    check: unset(path),
    allowed: 'a file; token in --state-dir if not given; made if it is missing',
    help: 'file with the token that lets people in',
  },
  viewerTokenFile: {
    value: 'FILE',
    default: '',
    check: unset(path),
    allowed: 'a file; made if it is missing',
    help: 'file with a second token that only lets people watch',
  },
  tlsCert: {
    value: 'FILE',
    default: '',
    check: unset(path),
    allowed: 'a file in PEM with the certificate and its chain, together with --tls-key',
    help: 'serve HTTPS with this certificate; it is read again when it changes',
  },
  tlsKey: {
    value: 'FILE',
    default: '',
    check: unset(path),
    allowed: 'a file in PEM without a passphrase, together with --tls-cert',
    help: 'private key of the certificate',
  },
  basicAuthUser: {
    value: 'NAME',
    default: '',
    check: unset(v.pipe(v.string(), v.regex(/^[^:\p{Cc}]{1,128}$/u))),
    allowed: 'up to 128 characters without colons, together with --basic-auth-password',
    help: 'let this user in by a password, which browsers ask for, beside the token',
    selkies: 'SELKIES_BASIC_AUTH_USER',
  },
  basicAuthPassword: {
    value: 'TEXT',
    default: '',
    check: unset(v.pipe(v.string(), v.regex(/^\P{Cc}{8,256}$/u))),
    allowed: '8 to 256 characters, together with --basic-auth-user',
    help: 'password of that user; better in the environment or the settings file, where no list of processes shows it',
    selkies: 'SELKIES_BASIC_AUTH_PASSWORD',
    secret: true,
  },
  idleTimeout: {
    value: 'TIME',
    default: '1h',
    check: timeLimit,
    allowed: 'a whole number and s, m or h, such as 30m; 0 for never',
    help: 'disconnect who has not touched keyboard or pointer for so long, after a countdown',
  },
  allowedOrigins: {
    value: 'ORIGINS',
    default: '',
    check: origins,
    allowed: 'origins separated by commas, such as https://desk.example.com',
    help: 'origins besides loopback at which the sign-in cookie counts',
    selkies: 'SELKIES_ALLOWED_ORIGINS',
  },
  transport: {
    value: 'WAY',
    default: 'auto',
    check: v.picklist(['auto', 'webrtc', 'websocket']),
    allowed: 'auto, webrtc or websocket',
    help: 'how the picture travels',
  },
  udpPort: {
    value: 'N',
    default: '',
    check: unset(wholeNumber(1, 65535)),
    allowed: '1 to 65535; the number of --port if not given',
    help: 'port for WebRTC over UDP, of all viewers',
  },
  publicAddress: {
    value: 'ADDRESS',
    default: '',
    check: unset(v.union([v.literal('auto'), addresses])),
    allowed: 'IP addresses separated by commas, or auto (asks the server of --stun-uri)',
    help: 'where a 1:1 NAT in front shows this machine, for WebRTC',
    selkies: 'SELKIES_WEBRTC_PUBLIC_IP',
  },
  stunUri: {
    value: 'URI',
    default: 'stun:stun.l.google.com:19302',
    check: stunUri,
    allowed: 'a STUN server, such as stun:stun.example.com:3478',
    help: 'server that --public-address auto asks; nothing else does',
  },
  turnUri: {
    value: 'URIS',
    default: '',
    check: turnUris,
    allowed:
      'TURN servers separated by commas, such as turn:turn.example.com:3478?transport=tcp or turns:turn.example.com',
    help: 'relays for WebRTC, for both sides, where no direct path gets through',
  },
  turnUser: {
    value: 'NAME',
    default: '',
    check: short,
    allowed: 'up to 256 characters',
    help: 'user at the TURN servers',
    selkies: 'SELKIES_TURN_USERNAME',
  },
  turnPassword: {
    value: 'PASSWORD',
    default: '',
    check: short,
    allowed: 'up to 256 characters; in the environment or the settings file, since others see flags',
    help: 'password of that user; whoever controls or watches the desktop can read it',
    selkies: 'SELKIES_TURN_PASSWORD',
  },
  turnSecret: {
    value: 'SECRET',
    default: '',
    check: unset(short),
    allowed: 'up to 256 characters; in the environment or the settings file, since others see flags',
    help: 'secret shared with the TURN servers (use-auth-secret of coturn): viewers get credentials that last a day',
    selkies: 'SELKIES_TURN_SHARED_SECRET',
  },
  turnRestUri: {
    value: 'URI',
    default: '',
    check: unset(webAddress),
    allowed: 'an http: or https: address that answers with TURN servers and credentials as JSON',
    help: 'service that hands out TURN credentials; asked again before they expire',
    selkies: 'SELKIES_TURN_REST_URI',
  },
  turnRestUser: {
    value: 'NAME',
    default: '',
    check: short,
    allowed: 'up to 256 characters',
    help: 'user that --turn-rest-uri is asked for, as its parameter username',
  },
  turnRestHeader: {
    value: 'FIELDS',
    default: '',
    check: headerFields,
    allowed: 'header fields separated by semicolons, such as Authorization: Bearer abc; X-Auth-User: ada',
    help: 'what --turn-rest-uri is asked with',
  },
  iceServersFile: {
    value: 'FILE',
    default: '',
    check: unset(path),
    allowed: 'a JSON file: an array of RTCIceServer, or an object with iceServers; read anew for each viewer',
    help: 'file with STUN and TURN servers for both sides',
    selkies: 'SELKIES_RTC_CONFIG_JSON',
  },
  relayOnly: {
    value: 'MODE',
    default: 'off',
    check: v.picklist(['on', 'off']),
    allowed: 'on or off',
    help: 'whether WebRTC takes relayed paths only, to try out a TURN server',
  },
  metrics: {
    value: 'READERS',
    default: 'token',
    check: v.picklist(['token', 'public']),
    allowed: 'token (who has one) or public (whoever reaches the port)',
    help: 'who may read the figures for Prometheus at /metrics',
  },
  logLevel: {
    value: 'LEVEL',
    default: 'info',
    check: v.picklist(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
    allowed: 'fatal, error, warn, info, debug or trace',
    help: 'what is written to the log: this level and above',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settingsTable;

export const settingNames = Object.keys(settingsTable) as SettingName[];

type Checked = { [K in SettingName]: v.InferOutput<(typeof settingsTable)[K]['check']> };

/** Checked values; paths are absolute and always given. */
export type Settings = Omit<Checked, 'stateDir' | 'tokenFile'> & { stateDir: string; tokenFile: string };

/** Variables of settings that are secrets. */
export const secretVariables: readonly string[] = settingNames.flatMap((name) => {
  const { secret, selkies }: Setting = settingsTable[name];
  return secret ? [environmentOf(name), ...(selkies === undefined ? [] : [selkies])] : [];
});

/** `maxSize` → `max-size`: without the dashes in front. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `maxSize` → `DESKSIDE_MAX_SIZE`. */
export function environmentOf(name: string): string {
  return `DESKSIDE_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}
