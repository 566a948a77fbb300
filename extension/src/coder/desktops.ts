import {
  type CallOptions,
  CoderClient,
  CoderError,
  type FoundApp,
  findApps,
  type Workspace,
} from '@deskside/coder';
import * as vscode from 'vscode';
import type { Address, Desktop } from '../desktops/desktop.ts';
import { UserError } from '../errors.ts';
import { reportError } from '../report.ts';
import { type Bridge, openBridge } from './bridge.ts';
import { fetchPicture } from './picture.ts';
import { explain, type Session, Sessions } from './sessions.ts';

/** Workspaces that are offered at most; whoever has more finds one by its deployment's own page. */
const MAX_OFFERED = 200;

/** The desktops of the person's Coder workspaces. */
export class CoderDesktops {
  readonly #sessions: Sessions;
  readonly #log: vscode.LogOutputChannel;

  constructor(secrets: vscode.SecretStorage, state: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#sessions = new Sessions(secrets, state);
    this.#log = log;
  }

  signIn(): Promise<Session | undefined> {
    return this.#sessions.signIn();
  }

  signOut(): Promise<void> {
    return this.#sessions.signOut();
  }

  /** Whether the person has ever signed in to a deployment. */
  async known(): Promise<boolean> {
    return this.#sessions.deployments.length > 0;
  }

  /**
   * Lets the person choose a workspace, over all deployments; signs in first where that was never done. A deployment
   * that does not answer is told and hides no other.
   */
  async choose(): Promise<Desktop | undefined> {
    const sessions = await this.#allSessions();
    const offers = await Promise.allSettled(sessions.map((session) => this.#offer(session)));
    const items = offers.flatMap((offer) => (offer.status === 'fulfilled' ? offer.value : []));
    const problems = offers.flatMap((offer) => (offer.status === 'rejected' ? [offer.reason] : []));
    if (items.length === 0 && problems.length > 0) throw problems[0];
    for (const problem of problems) void reportError(problem, this.#log);
    if (items.length === 0) {
      if (sessions.length === 0) return undefined;
      throw new UserError(
        vscode.l10n.t("You have no Coder workspaces there. Create one on the deployment's page."),
      );
    }
    const another = { label: `$(add) ${vscode.l10n.t('Sign in to another deployment …')}` };
    const chosen = await vscode.window.showQuickPick<Item | typeof another>([...items, another], {
      placeHolder: vscode.l10n.t('Workspace whose desktop is to be opened'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (!chosen) return undefined;
    if (!('session' in chosen)) return (await this.#sessions.signInElsewhere()) && this.choose();
    return this.#desktop(chosen.session, chosen.workspace.id, chosen.workspace.name, chosen.agent);
  }

  /** The desktop of an earlier window. @throws UserError where its session is gone */
  async restore(id: string): Promise<Desktop> {
    const [, url = '', workspace = '', name = '', agent] = id.split('|');
    const session = await this.#sessions.get(url);
    if (!session) throw sessionEnded(url);
    return this.#desktop(session, workspace, name, agent || undefined);
  }

  async #allSessions(): Promise<Session[]> {
    const stored = await Promise.all(this.#sessions.deployments.map((url) => this.#sessions.get(url)));
    const sessions = stored.filter((session) => session !== undefined);
    if (sessions.length > 0) return sessions;
    const fresh = await this.#sessions.signIn();
    return fresh ? [fresh] : [];
  }

  /** Every workspace, and each of its desktops apart where it has several (agents, dev containers). */
  async #offer(session: Session): Promise<Item[]> {
    const client = new CoderClient(session);
    const detail = this.#sessions.deployments.length > 1 ? new URL(session.url).host : undefined;
    const items: Item[] = [];
    try {
      for await (const workspace of client.allWorkspaces()) {
        const choices = choicesOf(workspace);
        items.push(
          ...choices.map((choice) => ({ ...choice, session, workspace, ...(detail && { detail }) })),
        );
        if (items.length >= MAX_OFFERED) break;
      }
      return items;
    } catch (error) {
      if (error instanceof CoderError && error.code === 'unauthorized')
        await this.#sessions.expire(session.url);
      throw explain(error);
    }
  }

  #desktop(session: Session, workspace: string, name: string, agent: string | undefined): Desktop {
    return new CoderDesktop(session, workspace, name, agent, this.#sessions, this.#log);
  }
}

interface Choice {
  label: string;
  description: string;
  agent?: string;
}

interface Item extends Choice {
  session: Session;
  workspace: Workspace;
  /** The deployment, where the person has several. */
  detail?: string;
}

function choicesOf(workspace: Workspace): Choice[] {
  const { status } = workspace.latest_build;
  const description = `${workspace.owner_name} · ${status}`;
  const apps = findApps(workspace, appSlug());
  if (apps.length < 2) return [{ label: workspace.name, description }];
  return apps.map(({ agent }) => ({
    label: `${workspace.name}.${agent.name}`,
    description,
    agent: agent.name,
  }));
}

function sessionEnded(url: string): UserError {
  return new UserError(vscode.l10n.t('Your session at {0} ended.', url), 'signIn');
}

function appSlug(): string {
  return vscode.workspace.getConfiguration('deskside').get<string>('coder.appSlug', 'deskside');
}

/** How long an agent and an app may take to become ready, ms. */
function patience(): number {
  return vscode.workspace.getConfiguration('deskside').get<number>('coder.timeout', 300) * 1000;
}

/** One workspace's desktop, through Coder's app proxy and a bridge of this machine. */
class CoderDesktop implements Desktop {
  readonly near = false;
  readonly id: string;
  readonly label: string;
  readonly #session: Session;
  readonly #workspaceId: string;
  readonly #agent: string | undefined;
  readonly #sessions: Sessions;
  readonly #log: vscode.LogOutputChannel;
  #bridge: Bridge | undefined;
  #address: Address | undefined;

  constructor(
    session: Session,
    workspaceId: string,
    name: string,
    agent: string | undefined,
    sessions: Sessions,
    log: vscode.LogOutputChannel,
  ) {
    this.#session = session;
    this.#workspaceId = workspaceId;
    this.#agent = agent;
    this.#sessions = sessions;
    this.#log = log;
    this.label = agent ? `${name}.${agent}` : name;
    this.id = ['coder', session.url, workspaceId, name, agent ?? ''].join('|');
  }

  async connect(report: (message: string) => void, signal: AbortSignal): Promise<Address> {
    try {
      return await this.#connect(report, signal);
    } catch (error) {
      if (error instanceof CoderError && error.code === 'unauthorized') {
        await this.#sessions.expire(this.#session.url);
      }
      throw explain(error);
    }
  }

  /** The bridge's: what is behind it comes back at the same address. */
  async current(): Promise<Address | undefined> {
    return this.#address;
  }

  async screenshot(): Promise<Uint8Array> {
    if (this.#address) return fetchPicture(this.#address, this.label);
    throw new UserError(vscode.l10n.t('Open the remote desktop first.'), 'retry');
  }

  dispose(): void {
    void this.#bridge?.[Symbol.asyncDispose]();
    this.#bridge = undefined;
  }

  async #connect(report: (message: string) => void, signal: AbortSignal): Promise<Address> {
    const client = new CoderClient(this.#session);
    const fresh = await this.#start(client, report, signal);
    report(vscode.l10n.t('Waiting for the desktop …'));
    const options = { signal, timeoutMs: patience() };
    const { workspace, agent, app } = await this.#healthyApp(client, fresh, options);
    const url = await client.getAppUrl({ workspace, agent, app }, { signal });
    this.dispose();
    this.#bridge = await openBridge(new URL(url), {
      token: async () => (await this.#sessions.get(this.#session.url))?.token,
      onRefused: () => void this.#expired(),
    });
    const token = app.url && new URL(app.url).searchParams.get('token');
    this.#address = { base: vscode.Uri.parse(this.#bridge.base), ...(token ? { token } : {}) };
    return this.#address;
  }

  /** The panel stays: whoever signs in again has the desktop back in it. */
  async #expired(): Promise<void> {
    if (!(await this.#sessions.get(this.#session.url))) return;
    await this.#sessions.expire(this.#session.url);
    await reportError(sessionEnded(this.#session.url), this.#log);
  }

  /**
   * Starts a stopped workspace and shows its build's log while it is built.
   *
   * @returns whether it had to be started
   */
  async #start(
    client: CoderClient,
    report: (message: string) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { latest_build, name } = await client.getWorkspace(this.#workspaceId, { signal });
    if (latest_build.transition === 'start' && latest_build.job.status !== 'failed') return false;
    report(vscode.l10n.t('Starting the workspace …'));
    const build = await client.startWorkspace(this.#workspaceId, {}, { signal });
    this.#log.show(true);
    for await (const line of client.followBuildLogs(build.id, { signal })) {
      this.#log.info(`${name}: ${line.output}`);
      if (line.stage) report(line.stage);
    }
    await client.waitForBuild(build, { signal });
    return true;
  }

  /** @param fresh the workspace was only just started: a dev container, and the app in it, may still be built */
  async #healthyApp(
    client: CoderClient,
    fresh: boolean,
    options: CallOptions,
  ): Promise<FoundApp & { workspace: Workspace }> {
    const slug = appSlug();
    const { workspace } = await client.waitForAgent(this.#workspaceId, this.#agent, options);
    const [found] = findApps(workspace, slug).filter(
      ({ agent }) => !this.#agent || agent.name === this.#agent,
    );
    if (!found && !fresh) {
      throw new UserError(
        vscode.l10n.t(
          'The workspace {0} has no app "{1}". Add the Deskside module to its template, or the feature to its devcontainer.json.',
          workspace.name,
          slug,
        ),
        'documentation',
      );
    }
    return client.waitForAppHealthy(this.#workspaceId, found?.app.slug ?? slug, options);
  }
}
