/** Largest file that crosses between the webview and the extension, bytes: it is in memory on both sides for a moment. */
export const MAX_FILE = 256 * 1024 * 1024;
