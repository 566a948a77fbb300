/** The encoders that there are, and which one is taken. */
import { elementExists } from '../gstreamer.ts';
import { Encoder, type EncoderKind } from './encoder.ts';
import { x264enc } from './x264enc.ts';

/** Best first. */
export const ENCODERS: readonly EncoderKind[] = [x264enc];

/**
 * The encoder for a stream: the first of `wish` (`auto` or a name) that every viewer decodes and this machine has.
 *
 * @param codecs codec strings that every viewer of the stream decodes
 * @throws Error saying what to install or which setting to change
 */
export async function chooseEncoder(wish: string, codecs: readonly string[]): Promise<EncoderKind> {
  const wished = wish === 'auto' ? ENCODERS : ENCODERS.filter(({ name }) => name === wish);
  if (wished.length === 0) {
    const names = ENCODERS.map(({ name }) => name).join(', ');
    throw new Error(`There is no encoder ${wish}. Set --encoder to auto or one of: ${names}.`);
  }
  const decoded = wished.filter(({ codec }) => codecs.some((string) => string.startsWith(codec)));
  if (decoded.length === 0) {
    const names = wished.map(({ name, codec }) => `${name} (${codec})`).join(', ');
    throw new Error(
      `The viewer decodes ${codecs.join(', ') || 'nothing'}, but the encoder makes ${names}. Use a browser with H.264.`,
    );
  }
  const faults: string[] = [];
  for (const kind of decoded) {
    const fault = await probeEncoder(kind);
    if (fault === undefined) return kind;
    faults.push(fault);
  }
  throw new Error(faults.join(' '));
}

/**
 * Loads GStreamer and probes what `chooseEncoder` will take first, so that the first viewer does not wait for it (half
 * a second, measured).
 */
export async function warmUpEncoder(wish: string): Promise<void> {
  const kind = ENCODERS.find(({ name }) => wish === 'auto' || name === wish);
  // What is wrong is told to whoever opens a stream.
  if (kind) await probeEncoder(kind).catch(() => {});
}

/** Why an encoder does not work here; undefined if a small pipeline with it gave a frame. Asked once for each kind. */
export function probeEncoder(kind: EncoderKind): Promise<string | undefined> {
  const known = probed.get(kind);
  if (known) return known;
  const fault = runProbe(kind);
  probed.set(kind, fault);
  return fault;
}

const probed = new Map<EncoderKind, Promise<string | undefined>>();

/** Large enough for hardware encoders, whose smallest frame is 145x49 (NVENC) or 128x128 (VA-API). */
const PROBE_SIZE = { width: 256, height: 256 };

async function runProbe(kind: EncoderKind): Promise<string | undefined> {
  if (!elementExists(kind.name)) {
    return `GStreamer has no element ${kind.name}: apt-get install ${kind.package}.`;
  }
  try {
    await using encoder = await Encoder.start(kind, { ...PROBE_SIZE, fps: 30, bitrate: 1000 });
    const { key } = await encoder.encode(true);
    if (!key) return `${kind.name} does not begin with a key frame.`;
    return undefined;
  } catch (error) {
    return `${kind.name} does not run here: ${error instanceof Error ? error.message : error}`;
  }
}
