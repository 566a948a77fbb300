/** What the page and its decoder worker say to each other. */

/** Video of the whole screen, or of an area of it: each has a decoder of its own. */
export type VideoLayer = 'screen' | 'area';

export type ToDecoder =
  /** With the writable end of a MediaStreamTrackGenerator where the page can make one (Chromium). */
  | { type: 'start'; writable: WritableStream<VideoFrame> | undefined }
  /** Forgets what is under way and decodes from the next key frame on. */
  | { type: 'configure'; config: VideoDecoderConfig }
  | { type: 'decode'; frame: number; key: boolean; data: Uint8Array; layer: VideoLayer }
  /** Gives out the newest picture again. */
  | { type: 'repeat' };

export type FromDecoder =
  /** Frames will come on this track: the worker has a VideoTrackGenerator. */
  | { type: 'track'; track: MediaStreamTrack }
  /** A frame for the page to paint: of an area, or of the screen where there are no track generators (Firefox). */
  | { type: 'picture'; picture: VideoFrame; layer: VideoLayer }
  /** `time`: when the decoder gave the frame out, ms since the Unix epoch. */
  | { type: 'decoded'; frame: number; time: number }
  /** Nothing can be decoded until the next key frame. */
  | { type: 'stuck'; message: string };

/**
 * Frames carry their number as time stamp. A millisecond lies between two of them because browsers round the media
 * time of a frame.
 *
 * @returns microseconds
 */
export function frameTimestamp(frame: number): number {
  return frame * 1000;
}

/** The number of the frame with this time stamp (microseconds). */
export function frameNumber(timestamp: number): number {
  return Math.round(timestamp / 1000);
}
