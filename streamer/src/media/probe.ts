/** What the media process needs of a machine, asked piece by piece, for `deskside doctor`. */
import { ENCODERS, probeEncoder } from './encoders/choose-encoder.ts';
import { elementExists, gstreamerVersion } from './gstreamer.ts';
import { MissingLibrary } from './native.ts';
import { checkXxhash } from './row-hash.ts';
import { XScreen } from './screen.ts';
import { SharedMemory } from './shared-memory.ts';
import { checkLibyuv } from './yuv.ts';

export interface Finding {
  /** What was looked at. */
  name: string;
  ok: boolean;
  /** What was found, for a person. */
  detail: string;
  /** What to do about it: a command or a setting. */
  remedy?: string;
}

/** GStreamer's libraries. */
export function probeGStreamer(): Promise<Finding> {
  return probe('GStreamer', () => `version ${gstreamerVersion()}`);
}

export function probeLibyuv(): Promise<Finding> {
  return probe('libyuv', () => {
    checkLibyuv();
    return 'loads';
  });
}

/** Row hashes, by which scrolling is recognised. */
export function probeXxhash(): Promise<Finding> {
  return probe('libxxhash', () => {
    checkXxhash();
    return 'loads';
  });
}

/** Shared memory for a screen of this size, and whether the system gives so much. */
export function probeSharedMemory({ width, height }: { width: number; height: number }): Promise<Finding> {
  return probe('shared memory', () => {
    using memory = new SharedMemory(width * height * 4);
    return `${memory.bytes.byteLength >> 20} MiB for ${width}x${height}`;
  });
}

/** Whether a running X server can be captured: DAMAGE, XFIXES, MIT-SHM. */
export function probeScreen(display: string): Promise<Finding> {
  return probe(`X server ${display}`, async () => {
    using screen = await XScreen.connect(display, { onChange: () => {}, onLost: () => {} });
    const { width, height } = screen.framebuffer;
    return `${width}x${height}, captured through shared memory`;
  });
}

/** One for each encoder; at least one has to be fine. */
export function probeEncoders(): Promise<Finding[]> {
  return Promise.all(
    ENCODERS.map(async (kind) => {
      const fault = await probeEncoder(kind);
      return fault === undefined
        ? { name: kind.name, ok: true, detail: 'encodes' }
        : { name: kind.name, ok: false, detail: fault, remedy: `apt-get install ${kind.package}` };
    }),
  );
}

/** What records and encodes sound; the rest works without. */
export function probeSound(): Finding {
  const missing = SOUND_ELEMENTS.filter(([element]) => !elementExists(element));
  const name = 'sound';
  if (missing.length === 0) return { name, ok: true, detail: 'recorded and encoded as Opus' };
  const detail = `GStreamer has no ${missing.map(([element]) => element).join(', ')}: nobody hears the desktop`;
  const packages = new Set(missing.map(([, debianPackage]) => debianPackage));
  return { name, ok: true, detail, remedy: `apt-get install ${[...packages].join(' ')}` };
}

const SOUND_ELEMENTS = [
  ['pulsesrc', 'gstreamer1.0-plugins-good'],
  ['audiobuffersplit', 'gstreamer1.0-plugins-bad'],
  ['opusenc', 'gstreamer1.0-plugins-base'],
] as const;

async function probe(name: string, look: () => string | Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    const finding = { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
    return error instanceof MissingLibrary
      ? { ...finding, remedy: `apt-get install ${error.package}` }
      : finding;
  }
}
