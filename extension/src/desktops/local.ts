import * as vscode from 'vscode';
import { UserError } from '../errors.ts';
import { Deskside } from './deskside.ts';
import type { Address, Desktop } from './desktop.ts';

/** The desktop of the workspace in which this extension host runs. */
export class LocalDesktop implements Desktop {
  readonly id: string;
  readonly label: string;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.id = `local:${name}`;
    this.label = name === 'default' ? vscode.l10n.t('Remote Desktop') : name;
  }

  async connect(report: (message: string) => void, signal: AbortSignal): Promise<Address> {
    const deskside = await requireDeskside(this.#name);
    const { state } = await deskside.status();
    if (state !== 'running') {
      report(vscode.l10n.t('Starting the desktop …'));
      await deskside.start(signal);
    }
    return addressOf(await deskside.url());
  }

  async current(): Promise<Address | undefined> {
    const deskside = await findDeskside(this.#name);
    const status = await deskside?.status();
    return deskside && status?.state === 'running' ? addressOf(await deskside.url()) : undefined;
  }

  dispose(): void {}
}

/** @throws UserError that says how to add the desktop to the workspace */
export async function requireDeskside(name: string): Promise<Deskside> {
  const deskside = await findDeskside(name);
  if (deskside) return deskside;
  throw new UserError(
    vscode.l10n.t(
      'This workspace has no deskside program. Add the feature "ghcr.io/deskside/features/deskside:1" to devcontainer.json and rebuild, or install it and set deskside.executable.',
    ),
    'documentation',
  );
}

/** The program of this workspace, undefined where there is none. */
export function findDeskside(name = configuredName()): Promise<Deskside | undefined> {
  // A workspace that is not trusted must not choose which program runs.
  const setting = vscode.workspace.isTrusted ? configuration().get<string>('executable', '') : '';
  return Deskside.find(setting, name);
}

export function configuredName(): string {
  return configuration().get<string>('desktopName', 'default');
}

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('deskside');
}

function addressOf(url: string): Address {
  const full = vscode.Uri.parse(url, true);
  const token = new URLSearchParams(full.query).get('token');
  return { base: full.with({ query: '', path: '/' }), ...(token ? { token } : {}) };
}
