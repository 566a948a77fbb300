/** Whether an encoder works here: a small pipeline with it has to give each frame at once, and to end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { elementExists } from '../gstreamer.ts';
import { Encoder, elementOf } from './encoder.ts';
import type { EncoderKind } from './encoder-kind.ts';

/** @returns why it does not work; undefined if it does */
export type EncoderProbe = (kind: EncoderKind, gpu: number) => Promise<string | undefined>;

/** Large enough for hardware encoders, whose smallest frame is 145x49 (NVENC) or 128x128 (VA-API). */
const SETTINGS = { width: 256, height: 256, fps: 30, bitrate: 1000, minQuantizer: 25 };

/** In this process, which is warm for it then. */
export const probeHere: EncoderProbe = async (kind, gpu) => {
  const missing = missingElement(kind, gpu);
  if (missing !== undefined) return missing;
  try {
    await using encoder = await Encoder.start(kind, SETTINGS, gpu);
    const { key } = await encoder.encode(true);
    if (!key) return `${kind.name} does not begin with a key frame.`;
    await encoder.encode(false);
    return undefined;
  } catch (error) {
    return `${kind.name} does not run here: ${error instanceof Error ? error.message : String(error)}`;
  }
};

/**
 * In a process of its own with a deadline: what hangs or crashes there is only not usable.
 *
 * @param program what tries an encoder, given its name and the GPU's number
 * @param deadline ms
 */
export function apart(program: string, deadline: number): EncoderProbe {
  return async (kind, gpu) => {
    const missing = missingElement(kind, gpu);
    if (missing !== undefined) return missing;
    const child = spawn(process.execPath, [program, kind.name, String(gpu)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: deadline,
      killSignal: 'SIGKILL',
    });
    const [said, [code, signal]] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
    if (code === 0) return Buffer.concat(said).toString() || undefined;
    const how = child.killed
      ? `hangs: it was given ${deadline / 1000} s`
      : `ends its process: ${signal ?? code}`;
    return `${kind.name} does not run here: it ${how}.`;
  };
}

/** Several times what a start takes on a loaded machine. */
const DEADLINE_MS = 15_000;

export const probeApart: EncoderProbe = apart(ownProgram(), DEADLINE_MS);

function missingElement(kind: EncoderKind, gpu: number): string | undefined {
  const element = elementOf(kind, gpu);
  return elementExists(element) ? undefined : `GStreamer has no element ${element}: install ${kind.package}.`;
}

/** Beside this file while developing, beside the bundle in what ships. */
function ownProgram(): string {
  const file = import.meta.url.endsWith('.ts') ? './encoder-probe-main.ts' : './encoder-probe.mjs';
  return fileURLToPath(new URL(file, import.meta.url));
}
