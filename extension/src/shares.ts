import * as vscode from 'vscode';
import type { Share } from './desktops/deskside.ts';
import { requireDeskside } from './desktops/local.ts';

const LIFETIMES = ['1h', '8h', '7d'] as const;

/** Lets the person choose a role and a time, makes the link and puts it into the clipboard. */
export async function shareDesktop(place?: string): Promise<Share | undefined> {
  const deskside = await requireDeskside(place);
  const role = await chooseRole();
  const expires = role && (await chooseLifetime());
  if (!role || !expires) return undefined;
  const share = await deskside.share(role, expires);
  await copyShare(share);
  return share;
}

/** Puts a link into the clipboard, as this editor's person reaches the workspace. */
export async function copyShare({ url, role }: Share): Promise<void> {
  const { base, token } = partsOf(url);
  const external = new URL((await vscode.env.asExternalUri(base)).toString(true));
  if (!external.pathname.endsWith('/')) external.pathname += '/';
  if (token) external.searchParams.set('token', token);
  await vscode.env.clipboard.writeText(external.href);
  void vscode.window.showInformationMessage(
    role === 'viewer'
      ? vscode.l10n.t('The link is in the clipboard. Whoever opens it can watch.')
      : vscode.l10n.t('The link is in the clipboard. Whoever opens it has keyboard and pointer.'),
  );
}

/** Asks, then ends a link of a desktop. @returns whether it was ended */
export async function revokeShare(place: string, { id }: Share): Promise<boolean> {
  const revoke = vscode.l10n.t('Revoke');
  const question = vscode.l10n.t('Revoke this link? Whoever came by it is shown out.');
  if ((await vscode.window.showWarningMessage(question, { modal: true }, revoke)) !== revoke) return false;
  await (await requireDeskside(place)).revoke(id);
  return true;
}

async function chooseRole(): Promise<Share['role'] | undefined> {
  const roles = [
    { label: vscode.l10n.t('Watch'), role: 'viewer' as const },
    { label: vscode.l10n.t('Watch, type and click'), role: 'controller' as const },
  ];
  const placeHolder = vscode.l10n.t('What may whoever has the link do?');
  return (await vscode.window.showQuickPick(roles, { placeHolder }))?.role;
}

function chooseLifetime(): Thenable<string | undefined> {
  return vscode.window.showQuickPick([...LIFETIMES], {
    // Between two questions the panel may take the focus back.
    ignoreFocusOut: true,
    placeHolder: vscode.l10n.t('How long is the link good?'),
  });
}

function partsOf(url: string): { base: vscode.Uri; token: string | null } {
  const full = vscode.Uri.parse(url, true);
  return { base: full.with({ query: '' }), token: new URLSearchParams(full.query).get('token') };
}
