/** Version of the wire. Raised by any change that an older peer would misread. */
export const PROTOCOL_VERSION = 1;

/** WebSocket subprotocol (RFC 6455 section 1.9) of `GET /ws`. */
export const SUBPROTOCOL = 'deskside.v1';

/** What a peer says of itself, in `hello` and in `welcome`. */
export interface PeerVersion {
  /** Of the wire. */
  version: number;
  /** Of Deskside; other programs that speak the protocol have none. */
  product?: string | undefined;
}

/**
 * What a streamer says to a viewer of another version of the wire. Viewers that know both versions say it themselves,
 * in the person's language.
 */
export function versionMismatch(
  streamer: PeerVersion,
  viewer: PeerVersion,
): { message: string; remedy: string } {
  return {
    message: `The desktop runs ${describe(streamer)}; this viewer is ${describe(viewer)}.`,
    remedy:
      streamer.version < viewer.version
        ? "Update Deskside in the workspace: rebuild the dev container, or update the workspace's template. Then reload."
        : 'Reload the page; in an editor, update the Deskside extension first.',
  };
}

function describe({ version, product }: PeerVersion): string {
  return `${product === undefined ? 'an unknown version' : `Deskside ${product}`} (protocol ${version})`;
}
