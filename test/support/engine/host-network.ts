import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { command } from './command.ts';

/** The bridge that an engine makes for its containers. */
const BRIDGE = 'docker0';
const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

/** Takes note of what an engine changes about the machine's network, and puts it back at the end. */
export async function keepHostNetwork(): Promise<AsyncDisposable> {
  const hadBridge = existsSync(`/sys/class/net/${BRIDGE}`);
  const forwarding = await readFile(FORWARDING, 'utf8');
  const policies = await Promise.all(FAMILIES.map(forwardPolicy));
  return {
    async [Symbol.asyncDispose]() {
      await using steps = new AsyncDisposableStack();
      steps.defer(() => writeFile(FORWARDING, forwarding));
      FAMILIES.forEach((family, i) => {
        steps.defer(() => removeEngineRules(family, policies[i]!));
      });
      if (!hadBridge && existsSync(`/sys/class/net/${BRIDGE}`)) {
        steps.defer(async () => void (await command('ip', ['link', 'delete', BRIDGE])));
      }
    },
  };
}

const FAMILIES = ['iptables', 'ip6tables'] as const;
type Family = (typeof FAMILIES)[number];

/** `ACCEPT` or `DROP`: what becomes of packets that this machine is to pass on. */
async function forwardPolicy(family: Family): Promise<string> {
  const rules = await command(family, ['--list-rules', 'FORWARD']).catch(() => '');
  return /^-P FORWARD (\w+)/.exec(rules)?.[1] ?? 'ACCEPT';
}

/** Whatever names the engine's chains or bridge goes; rules of others stay as they are. */
async function removeEngineRules(family: Family, policy: string): Promise<void> {
  const rules = await command(`${family}-save`, []).catch(() => '');
  if (!/DOCKER|docker0/.test(rules)) return;
  const kept = rules
    .split('\n')
    .filter((rule) => !/DOCKER|docker0/.test(rule))
    .map((rule) => rule.replace(/^:FORWARD \w+/, `:FORWARD ${policy}`));
  const restore = spawn(`${family}-restore`, [], { stdio: ['pipe', 'ignore', 'inherit'] });
  restore.stdin.end(kept.join('\n'));
  const [code] = await once(restore, 'exit');
  if (code !== 0) throw new Error(`${family}-restore failed with exit code ${code}`);
}
