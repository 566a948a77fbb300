/** Deskside's viewer without its user interface. */
export type { MicrophoneState } from './audio/microphone.ts';
export type { SoundState } from './audio/sound-player.ts';
export { type TextClipboard, textOf } from './clipboard/browser-clipboard.ts';
export type { Clipboard } from './clipboard/clipboard.ts';
export type { ConnectionState, Refusal } from './connection.ts';
export { droppedFiles, type GivenFile } from './files/dropped-files.ts';
export { onChord } from './input/chord.ts';
export type { AppleKeys } from './input/keyboard.ts';
export { thisPlatform } from './input/platform.ts';
export type { TouchMode } from './input/touch/touch.ts';
export { decodableCodecs } from './media/codecs.ts';
export type { Link, People, Person } from './people.ts';
export type { Statistics } from './statistics.ts';
export type { TransportWish } from './transports/transport-choice.ts';
export type { Size, View } from './view.ts';
export {
  type FilesOffer,
  type Notice,
  type Rate,
  Viewer,
  type ViewerEvents,
  type ViewerOptions,
} from './viewer.ts';
