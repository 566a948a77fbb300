import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheDirectory } from '../cache.ts';
import { kept } from '../kept.ts';
import { buildGo, type GoProgram } from './go.ts';

/** The real providers, by their source in Terraform's registry, and where the Go module proxy has them. */
const PROVIDERS = {
  'coder/coder': {
    release: '2.20.0',
    program: { module: 'github.com/coder/terraform-provider-coder/v2', version: 'v2.20.0' },
  },
  // Their tags do not follow Go's rule for versions from 2 on, so the proxy knows them by a commit behind the release.
  'kreuzwerker/docker': {
    release: '4.6.0',
    program: {
      module: 'github.com/kreuzwerker/terraform-provider-docker',
      version: 'v0.0.0-20260916201441-96d331c98ff4',
      declaredAs: 'github.com/terraform-providers/terraform-provider-docker',
    },
  },
  'hashicorp/kubernetes': {
    release: '3.2.1',
    program: {
      module: 'github.com/hashicorp/terraform-provider-kubernetes',
      version: 'v1.13.4-0.20260821094251-3a33fb6cc605',
    },
  },
} satisfies Record<string, { release: string; program: GoProgram }>;

export type ProviderSource = keyof typeof PROVIDERS;

const mirror = join(cacheDirectory, 'terraform/mirror');

/** OpenTofu looks for the same sources at its own registry's name. */
const REGISTRIES = ['registry.terraform.io', 'registry.opentofu.org'];

/** Where they are not built yet, that takes a minute or two each: more than a test or a hook has. */
export async function buildProviders(sources: ProviderSource[]): Promise<void> {
  for (const source of sources) await provide(source);
}

/**
 * Writes a Terraform CLI configuration that knows these providers and asks no registry.
 *
 * @returns its path, for the environment variable `TF_CLI_CONFIG_FILE`
 */
export async function providerConfiguration(sources: ProviderSource[], folder: string): Promise<string> {
  await buildProviders(sources);
  const path = join(folder, 'terraform.rc');
  const include = sources.flatMap((source) => REGISTRIES.map((registry) => `"${registry}/${source}"`));
  await writeFile(
    path,
    `disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = "${mirror}"
    include = [${include.join(', ')}]
  }
}
`,
  );
  return path;
}

async function provide(source: ProviderSource): Promise<void> {
  const [first, ...others] = REGISTRIES.map((registry) => placeOf(registry, source));
  await kept(first!, import.meta.filename);
  for (const other of others) {
    await mkdir(dirname(other), { recursive: true });
    await rm(other, { force: true });
    await link(first!, other);
  }
}

/** As Terraform names the files of an unpacked mirror. */
function placeOf(registry: string, source: ProviderSource): string {
  const { release } = PROVIDERS[source];
  const platform = `linux_${arch() === 'arm64' ? 'arm64' : 'amd64'}`;
  const file = `terraform-provider-${basename(source)}_v${release}`;
  return join(mirror, registry, source, release, platform, file);
}

if (import.meta.main) {
  const path = process.argv[2]!;
  const source = (Object.keys(PROVIDERS) as ProviderSource[]).find((name) => path.includes(`/${name}/`));
  await buildGo(PROVIDERS[source!].program, path);
}
