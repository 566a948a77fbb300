/** What a person can do about an error: the buttons of its message. */
export type Remedy = 'log' | 'doctor' | 'retry' | 'signIn' | 'documentation' | 'trust';

/** An error whose message is meant for the person: what happened and why; the remedies are the next steps. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly remedies: readonly Remedy[];

  constructor(message: string, ...remedies: Remedy[]) {
    super(message);
    this.remedies = remedies;
  }
}
