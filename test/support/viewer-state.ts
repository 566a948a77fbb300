interface RemoteDesktop extends Element {
  state: { name: string };
}

/** Runs inside a page: name of the connection's state that its `<remote-desktop>` is in. */
export function viewerState(desktop: Element): string {
  return (desktop as RemoteDesktop).state.name;
}

/** Runs inside a page: whether its `<remote-desktop>` shows the desktop, with no card over it that takes the clicks. */
export function showsDesktop(desktop: Element): boolean {
  const card = desktop.shadowRoot!.querySelector('.overlay');
  return (desktop as RemoteDesktop).state.name === 'live' && card!.checkVisibility() === false;
}
