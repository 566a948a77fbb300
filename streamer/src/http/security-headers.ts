/** What a browser may do with an answer of the gateway. */
import { createHash } from 'node:crypto';

export interface PolicyOptions {
  /** Origins that may show the page in a frame, beside its own and VS Code's webviews. */
  allowedOrigins: readonly string[];
  /** Text of an inline style, if the document has one. */
  inlineStyle?: string;
}

/**
 * Headers of every document and asset. Frames: a page of another site in the same browser never gets the cookie
 * (SameSite), one of a sibling host would, so only those that the operator allows may frame the desktop.
 */
export function securityHeaders({ allowedOrigins, inlineStyle }: PolicyOptions): Record<string, string> {
  const style = inlineStyle === undefined ? '' : ` 'sha256-${sha256(inlineStyle)}'`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self' blob:",
    `style-src 'self'${style}`,
    "img-src 'self' data: blob:",
    'media-src blob: mediastream:',
    // 'self' covers WebSockets in browsers of today; Safari before 15.4 needs the schemes.
    "connect-src 'self' ws: wss:",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${["'self'", 'vscode-webview:', ...allowedOrigins].join(' ')}`,
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
