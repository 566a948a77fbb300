/** `deskside share`: links that let others in, without the desktop's own token. */
import type { Role } from '@deskside/protocol';
import { type Share, Shares } from '../http/shares.ts';
import { type Running, readRunning } from '../supervisor/state.ts';
import { addressWithToken } from './address.ts';
import { CommandError, EXIT, notRunning } from './exit-codes.ts';

export interface ShareOptions {
  role: Role;
  /** Whom it is for; may be empty. */
  label: string;
  /** How long the link lets people in, ms. */
  expires: number;
  json: boolean;
}

/** Prints a new link. @throws CommandError if the desktop does not run */
export async function share(stateDir: string, { role, label, expires, json }: ShareOptions): Promise<void> {
  const running = await readRunning(stateDir);
  if (running === undefined) throw notRunning(stateDir);
  const { share, token } = await new Shares(stateDir).create(role, expires, label);
  const url = addressWithToken(running.url, token);
  console.log(json ? JSON.stringify({ url, ...factsOf(share) }) : url);
}

/** Prints the links that still let somebody in; as JSON with their addresses, while the desktop runs. */
export async function listShares(stateDir: string, json: boolean): Promise<void> {
  if (!json) {
    for (const { id, role, label, expires } of (await new Shares(stateDir).list()).map(factsOf))
      console.log(`${id}  ${role.padEnd(10)}  until ${expires}  ${label}`.trimEnd());
    return;
  }
  console.log(JSON.stringify(await linksOf(stateDir, await readRunning(stateDir))));
}

/** The links that still let somebody in; with their addresses, while the desktop runs. */
export async function linksOf(stateDir: string, running: Running | undefined) {
  const shares = new Shares(stateDir);
  const links = (await shares.list()).map(async (share) => ({
    ...(running && { url: addressWithToken(running.url, await shares.tokenOf(share)) }),
    ...factsOf(share),
  }));
  return await Promise.all(links);
}

/** @throws CommandError if there is no such link */
export async function revokeShare(stateDir: string, id: string): Promise<void> {
  if (await new Shares(stateDir).revoke(id)) return;
  throw new CommandError(
    `There is no link ${id}. "deskside share --list" prints those that there are.`,
    EXIT.failed,
  );
}

function factsOf({ id, role, label, expires }: Share) {
  return { id, role, label, expires: new Date(expires).toISOString() };
}
