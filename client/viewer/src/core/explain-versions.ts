import type { PeerVersion } from '@deskside/protocol';
import { t } from '../words/words.ts';
import { VIEWER } from './version.ts';

/** Why a streamer of another version of the wire cannot be shown, and which of the two to update. */
export function explainVersions(streamer: PeerVersion): { message: string; remedy: string } {
  const isOlder = streamer.version < VIEWER.version;
  return {
    message: tellVersions(streamer),
    remedy: isOlder ? t('version.update-streamer') : t('version.update-viewer'),
  };
}

/** Both versions, in a sentence. */
export function tellVersions(streamer: PeerVersion): string {
  return t('version.both', { streamer: describe(streamer), viewer: describe(VIEWER) });
}

function describe({ version, product }: PeerVersion): string {
  return product === undefined
    ? t('version.unknown', { protocol: version })
    : t('version.one', { product, protocol: version });
}
