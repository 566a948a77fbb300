/** The worker that decodes video: a program of its own, started by video-player.ts. */
import { now } from '../clock.ts';
import { type FromDecoder, frameNumber, frameTimestamp, type ToDecoder } from './decoder-messages.ts';

const worker = self as unknown as {
  onmessage: (event: MessageEvent<ToDecoder>) => void;
  postMessage(message: FromDecoder, transfer?: Transferable[]): void;
};

let show: (picture: VideoFrame) => void;
let decoder: VideoDecoder | undefined;
let config: VideoDecoderConfig;
let waitsForKey = true;
/** What was written to a track last. */
let newest: VideoFrame | undefined;

worker.onmessage = ({ data: message }) => {
  switch (message.type) {
    case 'start':
      show = openSink(message.writable);
      return;
    case 'configure':
      config = message.config;
      return restart();
    case 'decode':
      return decode(message.frame, message.key, message.data);
    case 'repeat':
      if (newest) show(newest.clone());
      return;
  }
};

function restart(): void {
  if (decoder && decoder.state !== 'closed') decoder.close();
  waitsForKey = true;
  decoder = new VideoDecoder({
    output(picture) {
      const frame = frameNumber(picture.timestamp);
      show(picture);
      worker.postMessage({ type: 'decoded', frame, time: now() });
    },
    error: (error) => stuck(error.message),
  });
  decoder.configure(config);
}

function decode(frame: number, key: boolean, data: Uint8Array): void {
  if (waitsForKey && !key) {
    stuck('a key frame is missing');
    return;
  }
  try {
    if (decoder?.state !== 'configured') restart();
    const timestamp = frameTimestamp(frame);
    decoder!.decode(
      new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp, data: data as BufferSource }),
    );
    waitsForKey = false;
  } catch (error) {
    stuck(String(error));
  }
}

function stuck(message: string): void {
  waitsForKey = true;
  worker.postMessage({ type: 'stuck', message });
}

function openSink(writable: WritableStream<VideoFrame> | undefined): (picture: VideoFrame) => void {
  if (writable) return writeTo(writable);
  if (typeof VideoTrackGenerator === 'undefined') return postPicture;
  const generator = new VideoTrackGenerator();
  worker.postMessage({ type: 'track', track: generator.track }, [generator.track as unknown as Transferable]);
  return writeTo(generator.writable);
}

/** A track shows each frame as it comes and keeps none back, so nothing queues here. */
function writeTo(writable: WritableStream<VideoFrame>): (picture: VideoFrame) => void {
  const writer = writable.getWriter();
  return (picture) => {
    newest?.close();
    newest = picture.clone();
    writer.write(picture).catch(() => picture.close());
  };
}

function postPicture(picture: VideoFrame): void {
  worker.postMessage({ type: 'picture', picture }, [picture]);
}
