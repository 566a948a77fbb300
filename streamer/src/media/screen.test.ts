import { expect, it } from 'vitest';
import { XScreen } from './screen.ts';
import { TestDisplay } from './testing/display.ts';

it('has its newest size, whenever that changes while it is being connected', async () => {
  await using display = await TestDisplay.start('640x480');
  for (const size of [
    { width: 600, height: 400 },
    { width: 500, height: 300 },
    { width: 400, height: 200 },
  ]) {
    let resized = false;
    const resizing = display.resize(size.width, size.height).then(() => {
      resized = true;
    });
    // Again and again, so that some connection is under way just then.
    while (!resized) {
      using _screen = await XScreen.connect(display.name, { onChange: () => {}, onLost: () => {} });
    }
    await resizing;
    using screen = await XScreen.connect(display.name, { onChange: () => {}, onLost: () => {} });
    expect(screen.framebuffer).toMatchObject(size);
  }
});
