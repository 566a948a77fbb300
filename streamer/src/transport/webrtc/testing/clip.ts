import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** WebCodecs' string of a codec, and how GStreamer makes it with every frame decodable by itself. */
export const ENCODERS = {
  'avc1.42E01F':
    'x264enc tune=zerolatency key-int-max=1 ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au',
  'avc1.F4001F':
    'videoconvert ! video/x-raw,format=Y444 ! x264enc tune=zerolatency key-int-max=1 ! video/x-h264,profile=high-4:4:4-intra,stream-format=byte-stream,alignment=au',
  vp8: 'vp8enc deadline=1 keyframe-max-dist=0',
  'vp09.00.10.08': 'vp9enc deadline=1 keyframe-max-dist=0',
  'av01.0.00M.08':
    'av1enc usage-profile=realtime cpu-used=8 keyframe-max-dist=1 ! video/x-av1,stream-format=obu-stream,alignment=tu',
};

/** Frames of a moving test picture, 320x240. */
export async function clip(codec: keyof typeof ENCODERS, frames: number): Promise<Buffer[]> {
  const directory = await mkdtemp(join(tmpdir(), 'deskside-clip-'));
  try {
    const source = `videotestsrc num-buffers=${frames} pattern=ball ! video/x-raw,format=I420,width=320,height=240`;
    const pipeline = `${source} ! ${ENCODERS[codec]} ! multifilesink location=${directory}/%05d`;
    await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
    const names = (await readdir(directory)).toSorted();
    return await Promise.all(names.map((name) => readFile(join(directory, name))));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
