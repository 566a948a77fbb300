/** A screen larger than most: what moves on it is seen, and at rest every pixel is exact. */
import { test } from '../support/desktop-test.ts';
import { openBare, untilExact } from '../support/exact.ts';
import { Streamer } from '../support/streamer.ts';
import { drawTestCard } from '../support/test-card.ts';
import { XClient } from '../support/x-client.ts';

const SCREENS = [
  { width: 2560, height: 1440 },
  { width: 3840, height: 2160 },
];
const FILM = { width: 600, height: 400 };

/** A loaded machine takes many seconds for a screenshot of this size, ms. */
const PATIENCE = 120_000;

test.for(SCREENS)(
  'a screen of $width x $height is exact after something moved in its farthest corner',
  {
    timeout: 3 * PATIENCE,
  },
  async (screen, { chromium }) => {
    const { width, height } = screen;
    await using streamer = await Streamer.start({ size: `${width}x${height}` });
    using x = await XClient.connect(streamer.address);
    const page = await openBare(chromium, streamer.page({ view: '1:1' }), { viewport: screen }, PATIENCE);
    await drawTestCard(x);
    const corner = { x: width - FILM.width, y: height - FILM.height };
    const film = x.openWindow({ ...corner, ...FILM });
    for (let picture = 0; picture < 30; picture++) {
      x.fill(film, picture * 0x05090d, { x: 0, y: 0, ...FILM });
      x.text(film, 0xffffff, 20, 30 + picture * 10, `Picture ${picture}`);
      await x.sync();
    }
    await untilExact(page, x, PATIENCE);
  },
);
