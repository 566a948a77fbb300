/**
 * What a browser may do with an answer of the gateway. Frames: a page of another site never gets the cookie
 * (SameSite), one of a sibling host would, so only those that the operator allows may frame the desktop.
 *
 * @param policy what the page itself needs, a Content-Security-Policy
 * @param allowedOrigins origins that may frame the desktop, beside its own and VS Code's webviews
 */
export function securityHeaders(policy: string, allowedOrigins: readonly string[]): Record<string, string> {
  const ancestors = ["'self'", 'vscode-webview:', ...allowedOrigins].join(' ');
  return {
    'Content-Security-Policy': `${policy}; frame-ancestors ${ancestors}`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}
