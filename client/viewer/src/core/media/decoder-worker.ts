/** The worker that decodes video: a program of its own, started by video-player.ts. */
import { now } from '../clock.ts';
import {
  type FromDecoder,
  frameNumber,
  frameTimestamp,
  type ToDecoder,
  type VideoLayer,
} from './decoder-messages.ts';

const worker = self as unknown as {
  onmessage: (event: MessageEvent<ToDecoder>) => void;
  postMessage(message: FromDecoder, transfer?: Transferable[]): void;
};

/** What was written to a track last. */
let newest: VideoFrame | undefined;

/** Decodes access units, one after the other, and gives the frames on. */
class Decoder {
  readonly #layer: VideoLayer;
  readonly #config: VideoDecoderConfig;
  #decoder: VideoDecoder | undefined;
  #waitsForKey = true;

  constructor(layer: VideoLayer, config: VideoDecoderConfig) {
    this.#layer = layer;
    this.#config = config;
  }

  decode({ frame, key, data }: ToDecoder & { type: 'decode' }): void {
    if (this.#waitsForKey && !key) {
      this.#stuck('a key frame is missing');
      return;
    }
    try {
      if (this.#decoder?.state !== 'configured') this.#start();
      const timestamp = frameTimestamp(frame);
      this.#decoder!.decode(
        new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp, data: data as BufferSource }),
      );
      this.#waitsForKey = false;
    } catch (error) {
      this.#stuck(String(error));
    }
  }

  close(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
  }

  #start(): void {
    this.#decoder = new VideoDecoder({
      output: (picture) => {
        const frame = frameNumber(picture.timestamp);
        if (this.#layer === 'screen') show(picture);
        else postPicture(picture, 'area');
        worker.postMessage({ type: 'decoded', frame, time: now() });
      },
      error: (error) => this.#stuck(error.message),
    });
    this.#decoder.configure(this.#config);
  }

  #stuck(message: string): void {
    this.#waitsForKey = true;
    worker.postMessage({ type: 'stuck', message });
  }
}

let show: (picture: VideoFrame) => void;
let config: VideoDecoderConfig;
let screen: Decoder | undefined;
let area: Decoder | undefined;

worker.onmessage = ({ data: message }) => {
  switch (message.type) {
    case 'start':
      show = openSink(message.writable);
      return;
    case 'configure':
      config = message.config;
      screen?.close();
      area?.close();
      screen = new Decoder('screen', config);
      area = undefined;
      return;
    case 'decode':
      if (message.layer === 'screen') screen?.decode(message);
      else decoderOfArea(message.key)?.decode(message);
      return;
    case 'repeat':
      if (newest) show(newest.clone());
      return;
  }
};

/** Each area begins with a key frame, of another size: with a decoder that knows nothing of the one before. */
function decoderOfArea(key: boolean): Decoder | undefined {
  if (!key) return area;
  area?.close();
  const { codedWidth, codedHeight, ...ofAnySize } = config;
  area = new Decoder('area', ofAnySize);
  return area;
}

function openSink(writable: WritableStream<VideoFrame> | undefined): (picture: VideoFrame) => void {
  if (writable) return writeTo(writable);
  if (typeof VideoTrackGenerator === 'undefined') return (picture) => postPicture(picture, 'screen');
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

function postPicture(picture: VideoFrame, layer: VideoLayer): void {
  worker.postMessage({ type: 'picture', picture, layer }, [picture]);
}
