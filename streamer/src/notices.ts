import type { Gateway } from './http/gateway.ts';
import type { Notice } from './session/session.ts';

/** Tells viewers what is the case; what happens before there is a gateway to tell it is kept for it. */
export class Notices {
  readonly #now = new Map<string, Notice>();
  #gateway: Pick<Gateway, 'notice'> | undefined;

  connect(gateway: Pick<Gateway, 'notice'>): void {
    this.#gateway = gateway;
    for (const notice of this.#now.values()) gateway.notice(notice);
  }

  set(notice: Notice): void {
    this.#now.set(notice.code, notice);
    this.#gateway?.notice(notice);
  }

  /** The trouble is over, if there was any. */
  over(code: string, message: string): void {
    if (!this.#now.delete(code)) return;
    this.#gateway?.notice({ level: 'info', code, message, over: true });
  }
}
