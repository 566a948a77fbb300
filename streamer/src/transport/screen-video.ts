import { decodePictureUpdate } from '@deskside/protocol';

/** The access unit at the end of an update; empty if there is none, or one of an area. */
export function screenVideo(update: Uint8Array): Buffer {
  const { video } = decodePictureUpdate(update);
  const { buffer, byteOffset, byteLength } = update;
  const size = video && !video.area ? video.data.byteLength : 0;
  return Buffer.from(buffer, byteOffset + byteLength - size, size);
}
