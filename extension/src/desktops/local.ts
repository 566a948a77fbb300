import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../errors.ts';
import { Deskside, type Running } from './deskside.ts';
import type { Address, Desktop } from './desktop.ts';

/** A desktop of the machine on which this extension host runs. */
export class LocalDesktop implements Desktop {
  readonly near = true;
  readonly id: string;
  readonly label: string;
  /** Its name, or the path of its state directory where no name leads there. */
  readonly place: string;

  /** As it was found when it was connected. */
  running: Running | undefined;

  constructor(place = configuredName()) {
    this.place = place;
    this.id = `local:${place}`;
    this.label = place === 'default' ? vscode.l10n.t('Remote Desktop') : basename(place);
  }

  async connect(report: (message: string) => void, signal: AbortSignal): Promise<Address> {
    const deskside = await requireDeskside(this.place);
    // Where it runs, that is all: each run of the program takes a tenth of a second.
    this.running = await deskside.locate();
    if (!this.running) {
      report(vscode.l10n.t('Starting the desktop …'));
      await deskside.start(signal);
      this.running = await deskside.locate();
    }
    if (this.running) return addressOf(this.running);
    throw new UserError(vscode.l10n.t('The desktop ended at once.'), 'log', 'doctor');
  }

  async current(): Promise<Address | undefined> {
    const running = await (await findDeskside(this.place))?.locate();
    return running && addressOf(running);
  }

  async screenshot(): Promise<Uint8Array> {
    const deskside = await requireDeskside(this.place);
    const folder = await mkdtemp(join(tmpdir(), 'deskside-'));
    try {
      const file = join(folder, 'desktop.png');
      await deskside.screenshot(file);
      // Not a Buffer, which no message to a webview can hold.
      return new Uint8Array(await readFile(file));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  dispose(): void {}
}

/** @throws UserError that says how to add the desktop to the workspace */
export async function requireDeskside(place = configuredName()): Promise<Deskside> {
  const deskside = await findDeskside(place);
  if (deskside) return deskside;
  throw new UserError(
    vscode.l10n.t(
      'This workspace has no deskside program. Add the feature "ghcr.io/deskside/features/deskside:1" to devcontainer.json and rebuild, or install it and set deskside.executable.',
    ),
    'documentation',
  );
}

/** The program of this workspace, undefined where there is none. */
export function findDeskside(place = configuredName()): Promise<Deskside | undefined> {
  // A workspace that is not trusted must not choose which program runs.
  const setting = vscode.workspace.isTrusted ? configuration().get<string>('executable', '') : '';
  return Deskside.find(setting, place);
}

export function configuredName(): string {
  return configuration().get<string>('desktopName', 'default');
}

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('deskside');
}

function addressOf({ url }: Running): Address {
  const full = vscode.Uri.parse(url, true);
  const token = new URLSearchParams(full.query).get('token');
  return { base: full.with({ query: '', path: '/' }), ...(token ? { token } : {}) };
}
