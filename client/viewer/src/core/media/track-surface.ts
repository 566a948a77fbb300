import { frameNumber } from './decoder-messages.ts';
import { TrackVideo } from './track-video.ts';
import type { OnPresented } from './video-surface.ts';

/** Shows a track of decoded frames, which carry their numbers as time stamps. */
export class TrackSurface extends TrackVideo {
  constructor(track: MediaStreamTrack, onPresented: OnPresented) {
    super(track, ({ mediaTime, presentationTime }) =>
      onPresented(frameNumber(mediaTime * 1e6), performance.timeOrigin + presentationTime),
    );
    this.play();
  }
}
