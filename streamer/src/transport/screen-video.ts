import { decodePictureUpdate, peekPictureUpdate } from '@deskside/protocol';

/** The access unit at the end of an update; empty if there is none, or one of an area. */
export function screenVideo(update: Uint8Array): Buffer {
  const { buffer, byteOffset, byteLength } = update;
  const size = screenVideoSize(update);
  return Buffer.from(buffer, byteOffset + byteLength - size, size);
}

/** Most updates of a desktop have none, and are read no further. */
function screenVideoSize(update: Uint8Array): number {
  if (!peekPictureUpdate(update).video) return 0;
  const { video } = decodePictureUpdate(update);
  return video && !video.area ? video.data.byteLength : 0;
}
