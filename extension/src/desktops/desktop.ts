import type { Uri } from 'vscode';

/** Where a desktop's page is, as seen from this extension's host; `asExternalUri` makes it the person's. */
export interface Address {
  /** Base address of the page, with a trailing slash, without a token. */
  base: Uri;
  /** Given to the streamer in the first message of the socket; never part of an address that is shown. */
  token?: string;
}

/** A desktop that can be opened. */
export interface Desktop {
  /** Survives a reload of the window, e.g. `local:default`. */
  readonly id: string;
  readonly label: string;
  /** It is there in moments: its panel opens meanwhile. Another's opens once there is something to show. */
  readonly near: boolean;
  /**
   * Starts what does not run and waits until the desktop can be opened.
   *
   * @param report says what is being waited for
   * @throws UserError
   */
  connect(report: (message: string) => void, signal: AbortSignal): Promise<Address>;
  /** Where it is now, starting nothing; undefined while it is not there. */
  current(): Promise<Address | undefined>;
  /** What is on it now, PNG. @throws UserError */
  screenshot(): Promise<Uint8Array>;
  /** Lets go of what `connect` made. */
  dispose(): void;
}
