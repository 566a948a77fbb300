/** A screen larger than most: what moves on it is seen, and at rest every pixel is exact. */
import { test } from '../support/desktop-test.ts';
import { openBare, untilExact } from '../support/exact.ts';
import { Streamer } from '../support/streamer.ts';
import { drawTestCard } from '../support/test-card.ts';
import { XClient } from '../support/x-client.ts';

const SCREEN = { width: 3840, height: 2160 };
const FILM = { width: 600, height: 400 };

/** A loaded machine takes many seconds for a screenshot of this size, ms. */
const PATIENCE = 120_000;

test('a screen of 3840x2160 is exact after something moved in its farthest corner', {
  timeout: 3 * PATIENCE,
}, async ({ chromium }) => {
  await using streamer = await Streamer.start({ size: '3840x2160' });
  using x = await XClient.connect(streamer.address);
  const page = await openBare(chromium, streamer.page({ view: '1:1' }), { viewport: SCREEN }, PATIENCE);
  await drawTestCard(x);
  const corner = { x: SCREEN.width - FILM.width, y: SCREEN.height - FILM.height };
  const film = x.openWindow({ ...corner, ...FILM });
  for (let picture = 0; picture < 30; picture++) {
    x.fill(film, picture * 0x05090d, { x: 0, y: 0, ...FILM });
    x.text(film, 0xffffff, 20, 30 + picture * 10, `Picture ${picture}`);
    await x.sync();
  }
  await untilExact(page, x, PATIENCE);
});
