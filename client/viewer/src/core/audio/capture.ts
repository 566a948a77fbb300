/** The microphone of this browser, as Opus packets. Loaded when it is first turned on. */
import { CAPTURE, type CaptureOptions } from './worklet-messages.ts';

export interface OpenCaptureOptions {
  /** Address of the bundled worklet.ts. */
  worklet: string;
  onPacket(data: Uint8Array): void;
  /** It ended by itself: unplugged, taken back, or the encoder failed. */
  onLost(error: Error): void;
}

/** Length of a packet, ms. */
const FRAME = 10;

/** For a voice, bit/s: RFC 7587 section 3.1.1 gives 28 to 40 kbit/s for fullband speech. */
const BITRATE = 40_000;

/**
 * @throws DOMException as getUserMedia does; `NotSupportedError` where the page may not even ask or the browser cannot encode
 */
export async function openCapture(options: OpenCaptureOptions): Promise<Disposable> {
  // Neither is there on a page that is no secure context.
  if (!navigator.mediaDevices || typeof AudioEncoder === 'undefined') {
    throw new DOMException('', 'NotSupportedError');
  }
  using stack = new DisposableStack();
  const stream = await navigator.mediaDevices.getUserMedia({
    // The desktop's own sound comes out of the loudspeakers: it is not to be said back.
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });
  const [track] = stream.getAudioTracks();
  stack.defer(() => track!.stop());
  track!.onended = () => options.onLost(new DOMException('', 'NotReadableError'));
  // At the rate of the device: browsers that cannot convert refuse any other.
  const context = new AudioContext({ latencyHint: 'interactive' });
  stack.defer(() => void context.close());
  await context.audioWorklet.addModule(options.worklet);
  const encoder = stack.adopt(openEncoder(context.sampleRate, options), close);
  const processorOptions: CaptureOptions = { samples: (context.sampleRate / 1000) * FRAME };
  const node = new AudioWorkletNode(context, CAPTURE, { numberOfOutputs: 0, processorOptions });
  let timestamp = 0;
  node.port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => {
    if (encoder.state !== 'configured') return;
    const sound = soundOf(data, context.sampleRate, timestamp);
    timestamp += FRAME * 1000;
    encoder.encode(sound);
    sound.close();
  };
  context.createMediaStreamSource(stream).connect(node);
  return stack.move();
}

function openEncoder(sampleRate: number, { onPacket, onLost }: OpenCaptureOptions): AudioEncoder {
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      onPacket(data);
    },
    error: onLost,
  });
  const opus = { frameDuration: FRAME * 1000, application: 'voip', signal: 'voice' } as OpusEncoderConfig;
  encoder.configure({ codec: 'opus', sampleRate, numberOfChannels: 1, bitrate: BITRATE, opus });
  return encoder;
}

function close(encoder: AudioEncoder): void {
  if (encoder.state !== 'closed') encoder.close();
}

function soundOf(data: Float32Array<ArrayBuffer>, sampleRate: number, timestamp: number): AudioData {
  const format = 'f32-planar';
  return new AudioData({
    format,
    sampleRate,
    numberOfFrames: data.length,
    numberOfChannels: 1,
    timestamp,
    data,
  });
}
