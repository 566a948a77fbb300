import { command } from './command.ts';

/** Where this machine gets Debian from, so that containers get it from there as well. */
export interface DebianMirror {
  archive: string;
  security: string;
  /** Lines for apt.conf(5): proxies and other ways of fetching. */
  configuration: string;
  /** For programs other than apt. */
  proxy: string | undefined;
}

/** @throws Error where this machine is no Debian */
export async function debianMirror(): Promise<DebianMirror> {
  const targets = await command('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(RELEASE)',
    'Created-By: Packages',
  ]);
  const repositories = targets.split('\n').map((line) => line.split(' '));
  const find = (release: RegExp) => {
    const found = repositories.find(([, name]) => release.test(name ?? ''))?.[0];
    if (found) return found;
    throw new Error(
      `apt of this machine knows no Debian repository ${release.source}: run the tests on Debian 12 or 13.`,
    );
  };
  const configuration = await command('apt-config', ['dump', '--format', '%F "%v";%n', ...FETCHING]);
  return {
    archive: find(/^(bookworm|trixie)$/),
    security: find(/^(bookworm|trixie)-security$/),
    configuration,
    proxy: /^Acquire::http::Proxy "(.+)";$/im.exec(configuration)?.[1],
  };
}

/** The parts of apt's settings that say how to fetch. */
const FETCHING = ['Acquire::http', 'Acquire::https', 'Acquire::Check-Valid-Until', 'Acquire::Check-Date'];
