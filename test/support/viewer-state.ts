/** Runs inside a page: name of the connection's state that its `<remote-desktop>` is in. */
export function viewerState(desktop: Element): string {
  return (desktop as Element & { state: { name: string } }).state.name;
}
