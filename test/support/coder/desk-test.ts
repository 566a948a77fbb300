import { join } from 'node:path';
import { blockedUdpPort } from '../blocked-port.ts';
import { test as base } from './coder-test.ts';
import { createDesk, freePlace } from './desk.ts';

/** A test with a workspace whose template has the module, started once per file. */
export const test = base
  .extend('place', { scope: 'file' }, async ({ deployment: _ }, { onCleanup }) => {
    const udp = await blockedUdpPort();
    onCleanup(() => udp[Symbol.asyncDispose]());
    return { ...(await freePlace()), udp_port: String(udp.port) };
  })
  /** A workspace with the module, its app healthy. */
  .extend('desk', { scope: 'file' }, ({ deployment, place }) => createDesk(deployment, place))
  .extend('address', { scope: 'file' }, ({ deployment, desk, place }) => ({
    display: place.display,
    xauthority: join(deployment.homeOf(desk.workspace), '.Xauthority'),
  }));
