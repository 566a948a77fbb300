import type { Lab } from '../../support/lab/lab.ts';
import type { XAddress } from '../../support/x-client.ts';
import type { ScreenSize } from '../scenes/scene.ts';

/** Something that shows an X screen in a browser. */
export interface Contender {
  name: string;
  /** How long it takes until it is as it stays, s, where that is longer than with others. */
  warmUp?: number;
  /** Its page sounds once somebody has clicked on it only. */
  clicked?: boolean;
  /**
   * @param lab where it is to serve, at the server's end; else on this machine
   * @param screen size of the X screen; 1920x1080 if it is not given, which is all that rivals are asked for
   */
  start(lab?: Lab, screen?: ScreenSize): Promise<Running>;
}

export interface Running extends AsyncDisposable {
  /** The page that shows the screen at 1:1 in a window of its size. */
  url: string;
  /** Where the page has the screen's upper left corner, if not at its own; few pixels away at most. */
  corner?: { x: number; y: number };
  address: XAddress;
  /** Process whose descendants, with itself, are the streamer; an X server among them is counted apart. */
  pid: number;
  /** The X server's, where it does not descend from `pid`. */
  xPid?: number;
  /** What the browser has of whoever is signed in where the page is. */
  cookies?: { name: string; value: string; url: string }[];
}
