import type { Page } from 'playwright-core';
import { until } from './until.ts';
import type { XClient, XInput } from './x-client.ts';

/** All that reaches a window over the whole screen, in order. */
export async function watchInput(x: XClient): Promise<XInput[]> {
  const seen: XInput[] = [];
  x.on('input', (input) => seen.push(input));
  x.coverScreen();
  await x.sync();
  return seen;
}

/** Buttons that were pressed, in order: 4 to 7 are the wheel (up, down, left, right). */
export function presses(seen: readonly XInput[]): number[] {
  return seen.flatMap((input) => (input.type === 'press' ? [input.button] : []));
}

/** Waits until nothing is down at the desktop, keys nor buttons. */
export async function untilNothingIsDown(x: XClient): Promise<void> {
  const buttons = 0x1f00;
  await until('nothing to be down', async () => {
    const [keys, { mask }] = [await x.heldKeys(), await x.pointer()];
    if (keys.length > 0 || (mask & buttons) !== 0) throw new Error(`keys ${keys}, mask ${mask}`);
    return true;
  });
}

/** Playwright keeps every page focused unless told otherwise. */
export async function withRealFocus(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false });
}
