import type { Lab } from '../../support/lab/lab.ts';
import type { XAddress } from '../../support/x-client.ts';

/** Something that shows an X screen of 1920x1080 in a browser. */
export interface Contender {
  name: string;
  /** @param lab where it is to serve, at the server's end; else on this machine */
  start(lab?: Lab): Promise<Running>;
}

export interface Running extends AsyncDisposable {
  /** The page that shows the screen at 1:1 in a window of 1920x1080. */
  url: string;
  address: XAddress;
  /** Process whose descendants, with itself, are the streamer; an X server among them is counted apart. */
  pid: number;
  /** The X server's, where it does not descend from `pid`. */
  xPid?: number;
  /** What the browser has of whoever is signed in where the page is. */
  cookies?: { name: string; value: string; url: string }[];
}
