import { type Of, peekPictureUpdate, type StreamerMessage } from '@deskside/protocol';
import type { Refusal, Signal, ViewerConnection } from '../connection.ts';

/** A line that writes down what a viewer would get. */
export class FakeConnection implements ViewerConnection {
  readonly messages: StreamerMessage[] = [];
  readonly binary: Uint8Array[] = [];
  readonly updates: { stream: number; id: number; key: boolean }[] = [];
  readonly sounds: Uint8Array[] = [];
  readonly signals: Signal[] = [];
  refusal: Refusal | undefined;

  send(message: StreamerMessage): void {
    this.messages.push(message);
  }

  sendBinary(bytes: Uint8Array): void {
    this.binary.push(bytes);
  }

  sendUpdate(update: Uint8Array): void {
    const { stream, id, key } = peekPictureUpdate(update);
    this.updates.push({ stream, id, key });
  }

  sendSound(packet: Uint8Array): void {
    this.sounds.push(packet);
  }

  acknowledged(): void {}

  signal(signal: Signal): void {
    this.signals.push(signal);
  }

  refuse(refusal: Refusal): void {
    this.refusal = refusal;
  }

  of<T extends StreamerMessage['type']>(type: T): Of<StreamerMessage, T>[] {
    return this.messages.filter((message): message is Of<StreamerMessage, T> => message.type === type);
  }
}
