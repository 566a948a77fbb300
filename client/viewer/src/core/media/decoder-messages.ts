/** What the page and its decoder worker say to each other. */

export type ToDecoder =
  /** With the writable end of a MediaStreamTrackGenerator where the page can make one (Chromium). */
  | { type: 'start'; writable: WritableStream<VideoFrame> | undefined }
  /** Forgets what is under way and decodes from the next key frame on. */
  | { type: 'configure'; config: VideoDecoderConfig }
  | { type: 'decode'; id: number; key: boolean; data: Uint8Array };

export type FromDecoder =
  /** Frames will come on this track: the worker has a VideoTrackGenerator. */
  | { type: 'track'; track: MediaStreamTrack }
  /** A frame for the page to paint: there are no track generators in this browser (Firefox). */
  | { type: 'frame'; frame: VideoFrame }
  /** `time`: when the decoder gave the frame out, ms since the Unix epoch. */
  | { type: 'decoded'; id: number; time: number }
  /** Nothing can be decoded until the next key frame. */
  | { type: 'stuck'; message: string };

/**
 * Frames carry the id of their update as time stamp. A millisecond lies between two of them because browsers round
 * the media time of a frame.
 *
 * @returns microseconds
 */
export function frameTimestamp(id: number): number {
  return id * 1000;
}

/** The id of the update that a frame with this time stamp (microseconds) came from. */
export function frameId(timestamp: number): number {
  return Math.round(timestamp / 1000);
}
