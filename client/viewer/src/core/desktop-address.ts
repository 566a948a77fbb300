/** The address that those of everything else of a desktop are relative to, whatever prefix it has. */
export function withTrailingSlash(address: URL): URL {
  const desktop = new URL(address);
  desktop.search = desktop.hash = '';
  if (!desktop.pathname.endsWith('/')) desktop.pathname += '/';
  return desktop;
}
