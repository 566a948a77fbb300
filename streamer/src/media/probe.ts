/** What the media process needs of a machine, asked piece by piece, for `deskside doctor`. */

import { MissingLibrary } from '../native.ts';
import { costFile, measureCost, readCosts, writeCosts } from './encoders/cost.ts';
import { EncoderChoice, type EncoderWish } from './encoders/encoder-choice.ts';
import type { EncoderKind } from './encoders/encoder-kind.ts';
import { probeApart } from './encoders/encoder-probe.ts';
import { ENCODERS } from './encoders/table.ts';
import { elementExists, gstreamerVersion } from './gstreamer.ts';
import { checkXxhash } from './row-hash.ts';
import { XScreen } from './screen.ts';
import { SharedMemory } from './shared-memory.ts';
import { checkLibdeflate } from './tiles/deflate.ts';
import { xcb } from './xcb.ts';
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

/** Libraries beside GStreamer's. */
export function probeLibraries(): Promise<Finding[]> {
  return Promise.all(
    Object.entries(LIBRARIES).map(([name, load]) =>
      probe(name, () => {
        load();
        return 'loads';
      }),
    ),
  );
}

const LIBRARIES = { libyuv: checkLibyuv, libxxhash: checkXxhash, libdeflate: checkLibdeflate, libxcb: xcb };

/** Shared memory for a screen of this size, and whether the system gives so much. */
export function probeSharedMemory({ width, height }: { width: number; height: number }): Promise<Finding> {
  return probe('shared memory', () => {
    using memory = SharedMemory.create(width * height * 4);
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

/**
 * One for each encoder that works or could, and whether there is any at all. Costs that nobody measured yet are measured
 * and kept: a few seconds, once.
 *
 * @param file where the costs are kept
 */
export async function probeEncoders(wish: EncoderWish = AUTOMATIC, file = costFile()): Promise<Finding[]> {
  // A broken driver must not take this process with it.
  const choice = new EncoderChoice(ENCODERS, wish, undefined, probeApart);
  const known = await readCosts(file, ENCODERS);
  const measured: Record<string, number> = {};
  const findings: Finding[] = [];
  // One after the other: the time that one takes is the process's.
  for (const kind of ENCODERS) {
    const fault = await choice.fault(kind);
    if (fault === undefined) measured[kind.name] = known[kind.name] ?? (await measureCost(kind, wish.gpu));
    findings.push(describeEncoder(kind, fault, measured[kind.name]));
  }
  await writeCosts(file, ENCODERS, measured);
  return [summarize(measured), ...findings];
}

const AUTOMATIC: EncoderWish = { encoder: 'auto', codec: 'auto', gpu: 0 };

/** An encoder that is missing is no fault as long as there is another. */
function describeEncoder(kind: EncoderKind, fault: string | undefined, cost: number | undefined): Finding {
  const where = kind.hardware ? 'GPU, untested on hardware' : 'CPU';
  const what = `${kind.codec}${kind.fullChroma ? ', 4:4:4,' : ''} on the ${where}`;
  const name = `encoder ${kind.name}`;
  return cost === undefined
    ? { name, ok: true, detail: `${what}: not usable. ${fault}` }
    : { name, ok: true, detail: `${what}: ${cost.toFixed(1)} ms of CPU time for a frame of 1280x720` };
}

function summarize(measured: Readonly<Record<string, number>>): Finding {
  const names = Object.keys(measured);
  if (names.length > 0) return { name: 'video encoders', ok: true, detail: names.join(', ') };
  const remedy = 'apt-get install gstreamer1.0-plugins-ugly';
  return { name: 'video encoders', ok: false, detail: 'none works: there is no picture', remedy };
}

/** What records and encodes sound, and plays what a microphone says; the rest works without. */
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
  ['pulsesink', 'gstreamer1.0-plugins-good'],
  ['opusdec', 'gstreamer1.0-plugins-base'],
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
