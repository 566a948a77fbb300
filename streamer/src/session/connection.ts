/** What the session knows of the line to one viewer, whatever carries it. */
import type { Of, StreamerMessage, ViewerMessage } from '@deskside/protocol';

/** Why a viewer is not let in, or not any more, and what to do about it. */
export type Refusal = Omit<Of<StreamerMessage, 'refused'>, 'type'>;

/** The line to one viewer. Nothing here waits or throws: on a line that is gone, nothing happens. */
export interface ViewerConnection extends PicturePath, SoundPath {
  send(message: StreamerMessage): void;
  /** Sends bytes that are no picture update, such as a cursor's shape. */
  sendBinary(bytes: Uint8Array): void;
  /** The viewer has the update with this id, of the newest stream. */
  acknowledged(id: number): void;
  /** A message about the ways that pictures take, which is the connection's own matter. */
  signal(message: Signal): void;
  /** Says why, then closes. */
  refuse(refusal: Refusal): void;
}

export type Signal = Of<
  ViewerMessage,
  'webrtc-request' | 'webrtc-answer' | 'webrtc-candidate' | 'use-transport' | 'transport-shown'
>;

/** A way by which sound reaches one viewer. */
export interface SoundPath {
  /** Sends the bytes of an `AudioPacket`, or drops them where they would wait: late sound is no sound. */
  sendSound(packet: Uint8Array): void;
}

/** A way by which picture updates reach one viewer. */
export interface PicturePath {
  /** Sends the bytes of a `PictureUpdate`. All updates of a stream are sent: later ones build on earlier ones. */
  sendUpdate(update: Uint8Array): void;
}
