import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Access units of a moving test picture, 320x240, each decodable by itself. Encoded by GStreamer. */
export async function h264Clip(frames: number): Promise<Buffer[]> {
  const pipeline = [
    ['videotestsrc', `num-buffers=${frames}`, 'pattern=ball'],
    ['video/x-raw,format=I420,width=320,height=240'],
    ['x264enc', 'tune=zerolatency', 'key-int-max=1', 'aud=true', 'bitrate=4000'],
    ['video/x-h264,profile=constrained-baseline,stream-format=byte-stream'],
    ['fdsink'],
  ];
  const words = pipeline.flatMap((element, index) => (index === 0 ? element : ['!', ...element]));
  const { stdout } = await promisify(execFile)('gst-launch-1.0', ['-q', ...words], {
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  });
  return splitAtDelimiters(stdout);
}

/** Access unit delimiters (ITU-T H.264 section 7.4.1.2.3) begin each unit. */
function splitAtDelimiters(stream: Buffer): Buffer[] {
  const delimiter = Buffer.from([0, 0, 0, 1, 9]);
  const units: Buffer[] = [];
  let start = stream.indexOf(delimiter);
  while (start >= 0) {
    const next = stream.indexOf(delimiter, start + 1);
    units.push(stream.subarray(start, next < 0 ? stream.byteLength : next));
    start = next;
  }
  return units;
}
