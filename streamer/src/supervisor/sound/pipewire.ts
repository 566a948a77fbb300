import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from '../child.ts';
import { CHANNEL_MAPS, MICROPHONE, MICROPHONE_FEED, SINK, type SoundServerOptions } from './kind.ts';
import { preferred } from './priority.ts';

/** Of three seconds that all children have together, ms: it has nothing to save. */
const STOP_WITHIN = 500;

/**
 * PipeWire with nothing but a sink of our own, WirePlumber, which connects programs to it, and the server that speaks
 * PulseAudio's protocol.
 */
export async function startPipeWire(options: SoundServerOptions): Promise<Child> {
  const { folder, instance, output } = options;
  const settings = await writeSettings(options);
  const environment = {
    ...process.env,
    PIPEWIRE_RUNTIME_DIR: folder,
    PULSE_RUNTIME_PATH: folder,
    // D-Bus leaves something there.
    XDG_RUNTIME_DIR: folder,
    // Neither the person's settings nor what their own WirePlumber remembers.
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
  };
  const commands = [
    ['pipewire', '-c', settings],
    // WirePlumber does not live without a D-Bus.
    ['dbus-run-session', '--', 'wireplumber'],
    ['pipewire-pulse'],
  ];
  const children: Child[] = [];
  try {
    for (const [command, ...args] of commands) {
      const mark = `${instance}/sound`;
      const run = { command: command!, args, environment, mark, output, stopWithin: STOP_WITHIN };
      children.push(preferred(await startChild(run)));
    }
  } catch (error) {
    await Promise.all(children.map((child) => child.stop()));
    throw error;
  }
  return asOne(children);
}

/** Ends with the first of them that ends. */
function asOne(children: readonly Child[]): Child {
  return {
    ...children[0]!,
    exited: Promise.race(children.map(({ exited }) => exited)),
    async stop() {
      await Promise.all(children.map((child) => child.stop()));
    },
  };
}

/** @returns the file for the daemon */
async function writeSettings(options: SoundServerOptions): Promise<string> {
  const { folder } = options;
  // The socket of a server that was killed looks like one that answers to WirePlumber and waits for ever.
  await Promise.all(['pipewire-0', 'native'].map((name) => rm(join(folder, name), { force: true })));
  const daemon = join(folder, 'pipewire.conf');
  const settings = join(folder, 'config/wireplumber');
  const files: [string, string][] = [
    [daemon, daemonSettings(options)],
    [join(settings, 'main.lua.d/60-no-devices.lua'), disable('alsa', 'v4l2', 'libcamera')],
    [join(settings, 'bluetooth.lua.d/60-no-devices.lua'), disable('bluez', 'bluez_midi')],
    [join(settings, 'wireplumber.conf.d/60-no-devices.conf'), NO_DEVICES],
  ];
  for (const [path, text] of files) {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }
  return daemon;
}

/** The quantum, samples: 10 ms, and down to half of it for programs that ask. */
function daemonSettings({ desktop, channels, microphone }: SoundServerOptions): string {
  const position = CHANNEL_MAPS[channels].map((channel) => POSITIONS[channel]).join(' ');
  const modules = [
    ...['protocol-native', 'metadata', 'spa-node-factory', 'client-node', 'adapter', 'link-factory'],
    ...['access', 'session-manager'],
  ];
  return `context.properties = {
  core.daemon = true
  core.name = pipewire-0
  default.clock.rate = 48000
  default.clock.quantum = 480
  default.clock.min-quantum = 240
  default.clock.max-quantum = 960
}
context.spa-libs = {
  audio.convert.* = audioconvert/libspa-audioconvert
  support.* = support/libspa-support
}
context.modules = [
  ${modules.map((name) => `{ name = libpipewire-module-${name} }`).join(' ')}
  ${microphone ? MICROPHONE_SOURCE : ''}
]
context.objects = [
  { factory = spa-node-factory args = {
    factory.name = support.node.driver
    node.name = Driver
    node.group = pipewire.dummy
    priority.driver = 20000
  } }
  { factory = adapter args = {
    factory.name = support.null-audio-sink
    node.name = ${SINK}
    node.description = "Desktop ${desktop}"
    media.class = Audio/Sink
    audio.position = [ ${position} ]
    monitor.channel-volumes = true
    priority.session = 2000
  } }
]
`;
}

/** The channels' names here. */
const POSITIONS = {
  mono: 'MONO',
  'front-left': 'FL',
  'front-right': 'FR',
  'front-center': 'FC',
  lfe: 'LFE',
  'rear-left': 'RL',
  'rear-right': 'RR',
  'side-left': 'SL',
  'side-right': 'SR',
} as const;

/** What is played to one end is recorded at the other; programs take the source of the highest priority. */
const MICROPHONE_SOURCE = `{ name = libpipewire-module-loopback args = {
    audio.position = [ MONO ]
    node.latency = 240/48000
    capture.props = {
      media.class = Audio/Sink
      node.name = ${MICROPHONE_FEED}
      node.description = "What the browser’s microphone says"
      priority.session = 100
    }
    playback.props = {
      media.class = Audio/Source
      node.name = ${MICROPHONE}
      node.description = "Microphone of the browser"
      priority.session = 3000
    }
  } }`;

/** Settings of WirePlumber 0.4; hardware is none of ours. */
function disable(...monitors: string[]): string {
  return monitors.map((name) => `if ${name}_monitor then ${name}_monitor.enabled = false end\n`).join('');
}

/** Settings of WirePlumber 0.5. */
const NO_DEVICES = `wireplumber.profiles = { main = {
  hardware.audio = disabled
  hardware.bluetooth = disabled
  hardware.video-capture = disabled
} }
`;
