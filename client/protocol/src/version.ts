/** Version of the wire. Raised by any change that an older peer would misread. */
export const PROTOCOL_VERSION = 1;

/** WebSocket subprotocol (RFC 6455 section 1.9) of `GET /ws`. */
export const SUBPROTOCOL = 'deskside.v1';

/**
 * What both sides say when they speak different versions.
 *
 * @param streamer the streamer's protocol version
 * @param viewer the viewer's protocol version
 */
export function versionMismatch(streamer: number, viewer: number): string {
  const older = streamer < viewer ? 'streamer in the workspace' : 'viewer';
  return `The streamer speaks protocol ${streamer}, this viewer speaks protocol ${viewer}. Update the ${older}, then reload.`;
}
