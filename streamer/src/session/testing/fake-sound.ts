import type { Sound } from '../../media/audio/api.ts';

/** A desktop that sounds when a test says so. */
export class FakeSound implements Sound {
  readonly channels = 2;
  readonly listeners = new Set<(packet: Uint8Array) => void>();

  listen(listener: (packet: Uint8Array) => void): Disposable {
    this.listeners.add(listener);
    return { [Symbol.dispose]: () => void this.listeners.delete(listener) };
  }

  play(packet: Uint8Array): void {
    for (const listener of this.listeners) listener(packet);
  }
}
