import { join } from 'node:path';
import { cacheDirectory } from '../cache.ts';
import { kept } from '../kept.ts';
import { buildGo } from './go.ts';

export const CODER_VERSION = '2.24.1';

const MODULE = 'github.com/coder/coder/v2';

/**
 * Coder's server, agent and command line in one program, without its web pages (about 4 minutes, 1.8 GB of memory).
 *
 * @returns undefined where the module proxy refuses this version
 */
export async function coderBinary(): Promise<string | undefined> {
  try {
    return await kept(join(cacheDirectory, 'coder', CODER_VERSION, 'coder'), import.meta.filename);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Only an answer about this very version: a machine without a network, or another module missing, is a failure. */
function isRefusal(error: unknown): boolean {
  const lines = String(error).split('\n');
  return lines.some(
    (line) =>
      line.includes(`${MODULE}@v${CODER_VERSION}: `) &&
      /\b(403 Forbidden|404 Not Found|410 Gone)\b/.test(line),
  );
}

if (import.meta.main) {
  await buildGo(
    {
      module: MODULE,
      version: `v${CODER_VERSION}`,
      folder: 'cmd/coder',
      // The checksum database does not answer for this version. These are the sums in the history of go.sum of
      // github.com/coder/terraform-provider-coderd, which was built against it.
      sums: [
        `${MODULE} v${CODER_VERSION} h1:EeenSwofUYi4IqA1lWOKmIcGXbeRBRt2Xr3SYSdNZeM=`,
        `${MODULE} v${CODER_VERSION}/go.mod h1:4jF5d64HGuw6QHPN3XW6Y4pfr6AhlKM5ND5W6/t2hIU=`,
        '',
      ].join('\n'),
      tags: ['ts_omit_aws', 'ts_omit_bird', 'ts_omit_tap', 'ts_omit_kube'],
      variables: { 'buildinfo.tag': CODER_VERSION, 'buildinfo.agpl': 'true' },
    },
    process.argv[2]!,
  );
}
