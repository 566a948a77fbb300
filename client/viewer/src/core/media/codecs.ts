/**
 * What this viewer offers to decode, best first: H.264 costs a CPU encoder least for a desktop, and every browser
 * decodes it in software. Levels allow 3840x2160 at 60 frames per second.
 */
const CANDIDATES = [
  'avc1.42E034',
  'avc1.640034',
  'vp09.00.51.08',
  'vp8',
  'av01.0.13M.08',
  'hev1.1.6.L153.B0',
  'avc1.F40034',
];

/** Those codec strings (WebCodecs codec registry) that this browser decodes; none outside a secure context. */
export async function decodableCodecs(): Promise<string[]> {
  if (typeof VideoDecoder === 'undefined') return [];
  const supported = await Promise.all(CANDIDATES.map(isDecodable));
  return CANDIDATES.filter((_, index) => supported[index]);
}

async function isDecodable(codec: string): Promise<boolean> {
  try {
    return (await VideoDecoder.isConfigSupported({ codec, optimizeForLatency: true })).supported === true;
  } catch {
    return false;
  }
}
