import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HealthyApp } from '@deskside/coder';
import type { Deployment } from './deployment.ts';
import { freePort } from './free-port.ts';
import { MODULE } from './module.ts';

/** What a desktop takes of this machine, as variables of the template. */
export interface Place {
  port: string;
  /** `:N` */
  display: string;
}

/** Free a moment ago. */
export async function freePlace(): Promise<Place> {
  return { port: String(await freePort()), display: freeDisplay() };
}

function freeDisplay(): string {
  for (let number = 300; ; number++) {
    if (!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`)) return `:${number}`;
  }
}

/** What is installed in the workspaces besides this machine's own programs. */
export const PROGRAMS = join(import.meta.dirname, 'programs');

/** Pushes a template that has the module. @returns a workspace of it, its app healthy */
export async function createDesk(
  deployment: Deployment,
  variables: Place & { udp_port: string; size?: string },
): Promise<HealthyApp> {
  const file = (name: string) => ({ [name]: join(import.meta.dirname, name) });
  const parts = { ...file('desk.tf'), ...file('desk_override.tf'), deskside: MODULE };
  const template = await deployment.pushTemplate('desk', parts, {
    ...variables,
    programs: PROGRAMS,
  });
  const { client } = deployment.admin;
  const { id } = await client.createWorkspace('me', { name: 'desk', template_id: template.id });
  return await client.waitForAppHealthy(id, 'deskside');
}
