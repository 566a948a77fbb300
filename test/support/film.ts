import { randomBytes } from 'node:crypto';
import type { XClient } from './x-client.ts';

const PICTURES = 3;

/**
 * A film over the whole of a screen of 1280x720, which only an encoder of video can take: what is flat goes as exact
 * pixels, and a film in a part of the screen beside the video.
 *
 * @returns shows the next picture
 */
export function film(x: XClient): () => void {
  const screen = { x: 0, y: 0, width: 1280, height: 720 };
  const window = x.coverScreen();
  const pictures = Array.from({ length: PICTURES }, () => randomBytes(screen.width * screen.height * 4));
  let shown = 0;
  return () => x.put(window, screen, pictures[shown++ % PICTURES]!);
}
