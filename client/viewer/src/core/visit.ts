/** The secret that names this tab's visit to a desktop. It outlives the page, so that a reload takes no keyboard away. */
export class Visit {
  readonly #key: string;
  #secret: string | undefined;

  constructor(desktop: URL) {
    this.#key = `deskside-visit ${desktop}`;
    try {
      this.#secret = sessionStorage.getItem(this.#key) ?? undefined;
    } catch {
      // Pages may be refused their storage: then it lives as long as the page.
    }
  }

  get secret(): string | undefined {
    return this.#secret;
  }

  set secret(secret: string | undefined) {
    this.#secret = secret;
    try {
      if (secret) sessionStorage.setItem(this.#key, secret);
    } catch {
      // See above.
    }
  }
}
