import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HealthyApp } from '@deskside/coder';
import { blockedUdpPort } from '../blocked-port.ts';
import { test as base } from './coder-test.ts';
import { freePort } from './free-port.ts';
import { MODULE } from './module.ts';

/** A test with a workspace whose template has the module, started once per file. */
export const test = base
  .extend('place', { scope: 'file' }, async ({ deployment: _ }, { onCleanup }) => {
    const udp = await blockedUdpPort();
    onCleanup(() => udp[Symbol.asyncDispose]());
    return { port: String(await freePort()), display: freeDisplay(), udp_port: String(udp.port) };
  })
  /** A workspace with the module, its app healthy. */
  .extend('desk', { scope: 'file' }, async ({ deployment, place }): Promise<HealthyApp> => {
    const file = (name: string) => ({ [name]: join(import.meta.dirname, name) });
    const parts = { ...file('desk.tf'), ...file('desk_override.tf'), deskside: MODULE };
    const template = await deployment.pushTemplate('desk', parts, {
      ...place,
      programs: join(import.meta.dirname, 'programs'),
    });
    const { client } = deployment.admin;
    const { id } = await client.createWorkspace('me', { name: 'desk', template_id: template.id });
    return await client.waitForAppHealthy(id, 'deskside');
  })
  .extend('address', { scope: 'file' }, ({ deployment, desk, place }) => ({
    display: place.display,
    xauthority: join(deployment.homeOf(desk.workspace), '.Xauthority'),
  }));

function freeDisplay(): string {
  for (let number = 300; ; number++) {
    if (!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`)) return `:${number}`;
  }
}
