/** The TURN server of the Kubernetes template: its configuration, run by the real coturn of this machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../support/coder/free-port.ts';
import { MODULE, TerraformFolder, variableFlags } from '../support/coder/module.ts';
import { buildProviders } from '../support/coder/providers.ts';
import { command } from '../support/engine/command.ts';
import { until } from '../support/until.ts';

await buildProviders(['hashicorp/kubernetes']);

const SECRET = '0123456789abcdef0123456789abcdef';

test('whoever knows the secret is relayed, and nobody else', async () => {
  await using terraform = await TerraformFolder.copyOf(MODULE, 'examples/kubernetes/coturn', [
    'hashicorp/kubernetes',
  ]);
  expect(await terraform.run('validate')).toContain('Success');
  const configuration = await configurationOf(terraform);
  await using server = await startCoturn(terraform.path, configuration);
  expect(await relayedBy(server.port, SECRET)).toContain('Total lost packets 0 ');
  await expect(relayedBy(server.port, 'another-secret-another-secret-00')).rejects.toThrow('Allocation');
});

/** As the pod gets it. */
async function configurationOf(terraform: TerraformFolder): Promise<string> {
  const variables = { secret: SECRET, pods: '127.0.0.0-127.255.255.255' };
  await terraform.run('plan', '-out=plan', ...variableFlags(variables));
  const { planned_values: planned } = JSON.parse(await terraform.run('show', '-json', 'plan'));
  const resources: { type: string; values: { data: Record<string, string> } }[] =
    planned.root_module.resources;
  const secret = resources.find(({ type }) => type === 'kubernetes_secret_v1');
  return secret!.values.data['turnserver.conf']!;
}

/** At a free port of loopback, which stands for the pods' network and which coturn otherwise refuses to relay to. */
async function startCoturn(folder: string, configuration: string) {
  const port = await freePort();
  const file = join(folder, 'turnserver.conf');
  await writeFile(file, configuration.replace(/^listening-port=.*$/m, `listening-port=${port}`));
  const here = ['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--allow-loopback-peers'];
  const kept = [`--pidfile=${folder}/pid`, `--userdb=${folder}/turndb`];
  const server = spawn('turnserver', ['-c', file, ...here, ...kept], { stdio: 'ignore' });
  await until('coturn to listen', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket.destroy();
  });
  return {
    port,
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

/** Sends packets between two allocations with coturn's own client. */
async function relayedBy(port: number, secret: string): Promise<string> {
  const client = [
    '-y',
    '-n',
    '2',
    '-m',
    '1',
    '-u',
    'somebody',
    '-W',
    secret,
    '-p',
    String(port),
    '127.0.0.1',
  ];
  return await command('turnutils_uclient', client);
}
