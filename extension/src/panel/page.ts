import type * as vscode from 'vscode';

/**
 * The webview's document: no inline script or style, nothing from another host but the desktop itself.
 *
 * @param media folder of the bundled scripts and styles
 * @param base address of the desktop as the webview reaches it
 * @param nonce fresh random text for this document
 */
export function webviewHtml(
  webview: vscode.Webview,
  media: Record<'element' | 'script' | 'style', vscode.Uri>,
  base: URL,
  nonce: string,
): string {
  const socket = `${base.protocol === 'https:' ? 'wss:' : 'ws:'}//${base.host}`;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    // The decoder's worker is started from a blob: a worker of another origin is refused.
    `worker-src blob:`,
    `style-src ${webview.cspSource}`,
    `connect-src ${base.origin} ${socket} ${webview.cspSource}`,
    `frame-src ${base.origin}`,
    `img-src blob: data:`,
    `media-src blob: mediastream:`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${webview.asWebviewUri(media.style)}">
<title>Deskside</title>
</head>
<body>
<script nonce="${nonce}" src="${webview.asWebviewUri(media.element)}" type="module"></script>
<script nonce="${nonce}" src="${webview.asWebviewUri(media.script)}" type="module"></script>
</body>
</html>`;
}
