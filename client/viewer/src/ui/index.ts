export { PageDesktop } from './page-desktop.ts';
export { RemoteDesktop, type RemoteDesktopEventMap } from './remote-desktop.ts';
