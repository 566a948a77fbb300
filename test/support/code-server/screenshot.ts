import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../until.ts';

/** Ends every PNG: the chunk IEND (W3C PNG, Third Edition, section 11.2.5), which is empty. */
const END = Buffer.from('IEND\xaeB`\x82', 'latin1');

/** What "Screenshot to Editor" put into a workspace, once all of it is there; PNG. */
export async function screenshotIn(workspace: string): Promise<Buffer> {
  return await until('a picture in the workspace', async () => {
    const name = (await readdir(workspace)).find((entry) => /^desktop-.*\.png$/.test(entry));
    const png = name === undefined ? undefined : await readFile(join(workspace, name));
    return png?.subarray(-END.length).equals(END) ? png : undefined;
  });
}
