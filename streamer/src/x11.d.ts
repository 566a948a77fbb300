/** The part of npm's `x11` that the streamer uses; it carries no types of its own. */
declare module 'x11' {
  import type { EventEmitter } from 'node:events';

  export interface XDisplay {
    client: XClient;
    screen: { root: number; root_depth: number; pixel_width: number; pixel_height: number }[];
  }

  /** A callback answers true when it has dealt with the error; else the client emits it. */
  export type XCallback<T = unknown> = (error: Error | null, result: T) => unknown;

  /** Requests of the core protocol and of extensions are methods by their names in the X specifications. */
  export interface XClient extends EventEmitter {
    // biome-ignore lint/suspicious/noExplicitAny: each request has its own parameters
    [request: string]: any;
    AllocID(): number;
    terminate(): void;
    // biome-ignore lint/suspicious/noExplicitAny: each extension has its own requests
    require(extension: string, callback: (error: Error | null, extension: any) => void): void;
  }

  export interface XOptions {
    display?: string;
    xAuthority?: string;
    bufferRequests?: boolean;
    [option: string]: unknown;
  }

  export const eventMask: Record<string, number>;
  export function createClient(
    options: XOptions,
    callback: (error: Error | undefined, display: XDisplay) => void,
  ): XClient;

  const x11: { createClient: typeof createClient; eventMask: typeof eventMask };
  export default x11;
}
