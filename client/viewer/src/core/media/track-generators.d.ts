// Not in TypeScript's libraries: https://www.w3.org/TR/mediacapture-transform/ and Chromium's earlier form of it.

interface MediaStreamTrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
declare var MediaStreamTrackGenerator:
  | { new (init: { kind: 'video' }): MediaStreamTrackGenerator }
  | undefined;

interface VideoTrackGenerator {
  readonly writable: WritableStream<VideoFrame>;
  readonly track: MediaStreamTrack;
}
declare var VideoTrackGenerator: { new (): VideoTrackGenerator } | undefined;
