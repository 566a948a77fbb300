import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from '../child.ts';
import { CHANNEL_MAPS, MICROPHONE, MICROPHONE_FEED, SINK, type SoundServerOptions } from './kind.ts';
import { preferred } from './priority.ts';

/** Of three seconds that all children have together, ms: it has nothing to save. */
const STOP_WITHIN = 500;

/** PulseAudio with nothing but a sink of our own: no hardware, no file of the person's, no other socket. */
export async function startPulseAudio(options: SoundServerOptions): Promise<Child> {
  const { folder, instance, output } = options;
  const script = join(folder, 'pulseaudio.pa');
  await writeFile(script, scriptOf(options));
  const child = await startChild({
    command: 'pulseaudio',
    args: [
      '-n',
      ...['--file', script, '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1'],
      // Containers give neither right, and the sink has no deadline of a device's.
      ...['--realtime=no', '--high-priority=no', '--log-target=stderr'],
    ],
    environment: {
      ...process.env,
      PULSE_RUNTIME_PATH: folder,
      PULSE_STATE_PATH: folder,
      // Not the person's daemon.conf.
      PULSE_CONFIG: '/dev/null',
    },
    mark: `${instance}/sound`,
    output,
    stopWithin: STOP_WITHIN,
  });
  return preferred(child);
}

/** Whoever can connect finds everything there: the socket comes last. The folder lets nobody else in. */
function scriptOf({ folder, desktop, channels, microphone }: SoundServerOptions): string {
  return [
    nullSink(SINK, CHANNEL_MAPS[channels], `Desktop ${desktop}`),
    `set-default-sink ${SINK}`,
    ...(microphone ? microphoneSource() : []),
    // A sink that nobody plays to or records from, but for who pauses, would render silence all the same.
    'load-module module-suspend-on-idle timeout=1',
    `load-module module-native-protocol-unix auth-cookie-enabled=0 socket="${join(folder, 'native')}"`,
    '',
  ].join('\n');
}

/** Many programs leave monitors out where they list microphones: the monitor is offered as a source of its own. */
function microphoneSource(): string[] {
  const master = `master=${MICROPHONE_FEED}.monitor`;
  const description = `source_properties="device.description='Microphone of the browser'"`;
  return [
    nullSink(MICROPHONE_FEED, CHANNEL_MAPS[1], 'What the browser’s microphone says'),
    `load-module module-remap-source source_name=${MICROPHONE} ${master} channels=1 ${description}`,
    `set-default-source ${MICROPHONE}`,
  ];
}

function nullSink(name: string, map: readonly string[], description: string): string {
  return [
    `load-module module-null-sink sink_name=${name} rate=48000 channels=${map.length}`,
    `channel_map=${map.join(',')} sink_properties="device.description='${description}'"`,
  ].join(' ');
}
