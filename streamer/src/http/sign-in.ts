/** The page for whoever comes without a token: says how to get one and takes a pasted one. Works without scripts. */
import type { ServerResponse } from 'node:http';
import type { Problem } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

export function sendSignIn(
  response: ServerResponse,
  problem: Problem,
  allowedOrigins: readonly string[],
): void {
  const body = render(problem);
  response.writeHead(problem.status, {
    ...securityHeaders({ allowedOrigins, inlineStyle: STYLE }),
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'WWW-Authenticate': 'Bearer',
  });
  response.end(body);
}

/** Nothing in it comes from the request. The form posts to the very address, below whatever prefix. */
function render({ message }: Problem): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Deskside: sign in</title>
<style>${STYLE}</style>
<main>
<h1>Deskside</h1>
<p role="alert">${message}</p>
<p>Run <code>deskside url</code> in the workspace and open the address that it prints, or paste its token here.</p>
<form method="post">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Open the desktop</button>
</form>
</main>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { max-width: 26rem; padding: 1.5rem; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
code { font-size: .95em; padding: .1em .3em; border-radius: .25em; background: color-mix(in srgb, CanvasText 12%, Canvas); }
form { display: grid; gap: .5rem; margin-top: 1.5rem; }
input, button { font: inherit; padding: .5rem .75rem; border-radius: .4rem; border: 1px solid GrayText; }
button { background: AccentColor; color: AccentColorText; border-color: transparent; cursor: pointer; }
`;
