import { type PeerVersion, PROTOCOL_VERSION } from '@deskside/protocol/version';
import manifest from '../../package.json' with { type: 'json' };

/** What this viewer says of itself. */
export const VIEWER: PeerVersion = { version: PROTOCOL_VERSION, product: manifest.version };
