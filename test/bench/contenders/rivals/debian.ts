import { command } from '../../../support/engine/command.ts';

/** Has Debian install what is missing; apt's own lock lets several ask at once. */
export async function installDebian(...packages: string[]): Promise<void> {
  const missing = [];
  for (const name of packages) if (!(await versionOf(name))) missing.push(name);
  if (missing.length === 0) return;
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  console.error(`installing ${missing.join(' ')}`);
  await command('apt-get', ['update', '-q']);
  await command('apt-get', ['install', ...options, ...missing], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** The version that is installed; empty if none is. */
export async function versionOf(name: string): Promise<string> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const format = '${db:Status-Status} ${Version}';
  const shown = await command('dpkg-query', ['-W', '-f', format, name]).catch(() => '');
  return /^installed (.+)/.exec(shown)?.[1] ?? '';
}
