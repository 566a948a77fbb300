import { takeEarlyWorker } from '../core/early-start.ts';
import { RemoteDesktop } from './remote-desktop.ts';

/** `<remote-desktop>` of the streamer's own page: its worker and worklet lie beside the page's script. */
export class PageDesktop extends RemoteDesktop {
  protected override createWorker(): Worker {
    return takeEarlyWorker() ?? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  }

  protected override soundWorklet(): string {
    return new URL('./sound.js', import.meta.url).href;
  }
}
