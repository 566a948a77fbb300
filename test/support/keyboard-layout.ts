import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from './until.ts';
import type { XAddress } from './x-client.ts';

/** Waits until the desktop has this keyboard layout, as XKB names it. */
export async function untilLayout({ display, xauthority }: XAddress, layout: string): Promise<void> {
  const env = { ...process.env, DISPLAY: display, XAUTHORITY: xauthority };
  await until(`the layout ${layout}`, async () => {
    const { stdout } = await promisify(execFile)('setxkbmap', ['-query'], { env });
    const [found] = /(?<=^layout:\s*)\w+/m.exec(stdout) ?? [];
    if (found !== layout) throw new Error(found);
    return true;
  });
}
