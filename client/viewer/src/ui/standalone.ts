/** `<remote-desktop>` for any page: one file, whose worker starts from a `blob:` since scripts of other hosts may not. */
import workerSource from 'worker-source';
import workletSource from 'worklet-source';
import { RemoteDesktop } from './remote-desktop.ts';

/** One for all desktops of the page. */
let workletUrl: string | undefined;

class StandaloneDesktop extends RemoteDesktop {
  protected override createWorker(): Worker {
    const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
    const worker = new Worker(url);
    // The worker holds what it has started from; the address is not needed any longer.
    URL.revokeObjectURL(url);
    return worker;
  }

  protected override soundWorklet(): string {
    workletUrl ??= URL.createObjectURL(new Blob([workletSource], { type: 'text/javascript' }));
    return workletUrl;
  }
}

if (!customElements.get('remote-desktop')) customElements.define('remote-desktop', StandaloneDesktop);
