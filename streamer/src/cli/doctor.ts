/** `deskside doctor`: everything that a desktop needs, each fine or what to do about it. */
import type { Finding } from '../media/probe.ts';
import { resolveSettings, type Sources } from '../settings/resolve.ts';
import type { Settings } from '../settings.ts';
import {
  checkBus,
  checkCertificate,
  checkDesktop,
  checkDisplay,
  checkFonts,
  checkGpu,
  checkKeyboard,
  checkNode,
  checkPort,
  checkShm,
  checkSoundServer,
  checkState,
  checkXauth,
  checkXServer,
} from './checks.ts';
import { EXIT } from './exit-codes.ts';

/** Prints the findings; exit code 1 if something is missing. */
export async function doctor(sources: Sources, json: boolean): Promise<void> {
  const { settings, notes } = resolveSettings(sources);
  const findings = await examine(settings);
  console.log(json ? JSON.stringify({ findings, notes }) : [...findings.map(describe), ...notes].join('\n'));
  if (!findings.every(({ ok }) => ok)) process.exitCode = EXIT.failed;
}

/** Prints what a person should know of the settings. @throws SettingsError naming all that are wrong */
export function checkSettings(sources: Sources): void {
  for (const note of resolveSettings(sources).notes) console.log(note);
}

async function examine(settings: Settings): Promise<Finding[]> {
  const ownX = settings.attach === undefined;
  return [
    checkNode(),
    ...(ownX ? [checkXServer(), checkXauth(), checkKeyboard(), ...(await checkDisplay(settings))] : []),
    ...(await examineMedia(settings)),
    await checkShm(),
    await checkFonts(),
    ...(ownX ? [checkDesktop(settings), checkBus()] : []),
    checkSoundServer(settings),
    await checkState(settings),
    await checkPort(settings),
    ...(await checkCertificate(settings)),
    await checkGpu(),
  ];
}

/** Loaded here only: no other command needs native libraries. */
async function examineMedia({
  attach,
  maxSize,
  encoder,
  codec,
  chroma,
  gpuId: gpu,
}: Settings): Promise<Finding[]> {
  const probe = await import('../media/probe.ts');
  const gstreamer = await probe.probeGStreamer();
  return [
    gstreamer,
    ...(await probe.probeLibraries()),
    ...(gstreamer.ok
      ? [...(await probe.probeEncoders({ encoder, codec, chroma, gpu })), probe.probeSound()]
      : []),
    await probe.probeSharedMemory(maxSize),
    ...(attach === undefined ? [] : [await probe.probeScreen(attach)]),
  ];
}

function describe({ name, ok, detail, remedy }: Finding): string {
  const line = `${ok ? 'fine   ' : 'MISSING'}  ${name}: ${detail}`;
  return remedy === undefined ? line : `${line}\n         → ${remedy}`;
}
