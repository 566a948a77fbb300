import { CoderClient, CoderError } from '@deskside/coder';
import { findCredentials } from '@deskside/coder/node';
import * as vscode from 'vscode';
import { UserError } from '../errors.ts';

const DEPLOYMENTS = 'coder.deployments';

/** A deployment and the person's session there. */
export interface Session {
  url: string;
  token: string;
}

/** Sessions of Coder deployments: addresses in the extension's state, tokens in the editor's secret storage only. */
export class Sessions {
  readonly #secrets: vscode.SecretStorage;
  readonly #state: vscode.Memento;

  constructor(secrets: vscode.SecretStorage, state: vscode.Memento) {
    this.#secrets = secrets;
    this.#state = state;
  }

  get deployments(): readonly string[] {
    return this.#state.get<string[]>(DEPLOYMENTS, []);
  }

  async get(url: string): Promise<Session | undefined> {
    const token = await this.#secrets.get(keyOf(url));
    return token ? { url, token } : undefined;
  }

  /**
   * Takes the session of the Coder CLI or of the environment where there is one, else asks for a token that the
   * deployment's page shows.
   *
   * @returns undefined if the person gives up
   * @throws UserError if the deployment refuses the token or does not answer as Coder does
   */
  async signIn(): Promise<Session | undefined> {
    const known = await findCredentials().catch(() => undefined);
    const url = await askForUrl(this.deployments[0] ?? known?.url);
    if (!url) return undefined;
    return this.#signInTo(url, known?.url === url ? known.token : undefined);
  }

  /** Asks for a deployment that is not known yet. Throws and returns as `signIn` does. */
  async signInElsewhere(): Promise<Session | undefined> {
    const url = await askForUrl(undefined);
    return url ? this.#signInTo(url) : undefined;
  }

  async #signInTo(url: string, known?: string): Promise<Session | undefined> {
    // That of the command line may have ended.
    const token = known && (await isGood({ url, token: known })) ? known : await askForToken(url);
    if (!token) return undefined;
    const user = await checked({ url, token });
    await this.#secrets.store(keyOf(url), token);
    await this.#state.update(DEPLOYMENTS, [url, ...this.deployments.filter((other) => other !== url)]);
    void vscode.window.showInformationMessage(vscode.l10n.t('Signed in to {0} as {1}.', url, user));
    return { url, token };
  }

  /** Forgets the session that the deployment no longer accepts, but keeps its address for the next sign-in. */
  async expire(url: string): Promise<void> {
    await this.#secrets.delete(keyOf(url));
  }

  async signOut(): Promise<void> {
    const url = await vscode.window.showQuickPick([...this.deployments], {
      placeHolder: vscode.l10n.t('Deployment to sign out of'),
    });
    if (!url) return;
    await this.#secrets.delete(keyOf(url));
    await this.#state.update(
      DEPLOYMENTS,
      this.deployments.filter((other) => other !== url),
    );
  }
}

function keyOf(url: string): string {
  return `coder.session:${url}`;
}

function askForUrl(proposal: string | undefined): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title: vscode.l10n.t('Coder deployment'),
      prompt: vscode.l10n.t('Address of the deployment, e.g. https://coder.example.com'),
      ignoreFocusOut: true,
      validateInput: (text) =>
        normalise(text) ? undefined : vscode.l10n.t('Write an address with https://'),
      ...(proposal ? { value: proposal } : {}),
    })
    .then((text) => text && normalise(text));
}

function normalise(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : undefined;
}

async function askForToken(url: string): Promise<string | undefined> {
  await vscode.env.openExternal(vscode.Uri.parse(`${url}/cli-auth`));
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Session token'),
    prompt: vscode.l10n.t('Copy the token from the page that opened: {0}', `${url}/cli-auth`),
    password: true,
    ignoreFocusOut: true,
  });
}

async function isGood(session: Session): Promise<boolean> {
  try {
    await new CoderClient(session).getAuthenticatedUser();
    return true;
  } catch (error) {
    if (error instanceof CoderError && error.code === 'unauthorized') return false;
    throw explain(error);
  }
}

async function checked(session: Session): Promise<string> {
  try {
    return (await new CoderClient(session).getAuthenticatedUser()).username;
  } catch (error) {
    throw explain(error);
  }
}

/** A Coder error as the person should read it. */
export function explain(error: unknown): unknown {
  if (!(error instanceof CoderError)) return error;
  const remedies = error.code === 'unauthorized' ? (['signIn'] as const) : (['retry', 'log'] as const);
  return new UserError(`${error.message}. ${error.nextStep}`, ...remedies);
}
