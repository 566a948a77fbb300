import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDirectory } from '../cache.ts';
import { kept } from '../kept.ts';
import { buildGo } from './go.ts';

const OPENTOFU_VERSION = '1.10.6';

/** A program that understands Terraform's commands and is called `terraform`, as Coder wants it. */
export interface TerraformCli {
  path: string;
  /** For a person: which of the two it is. */
  name: string;
}

/**
 * HashiCorp's where it is on the PATH; else OpenTofu (about 3 minutes), since HashiCorp's cannot be built from the
 * module proxy: its go.mod refers to folders that its module lacks.
 */
export async function terraformCli(): Promise<TerraformCli> {
  const installed = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'terraform'))
    .find((path) => existsSync(path));
  if (installed) return { path: installed, name: `HashiCorp's Terraform (${installed})` };
  const path = join(cacheDirectory, 'opentofu', OPENTOFU_VERSION, 'terraform');
  return { path: await kept(path, import.meta.filename), name: `OpenTofu ${OPENTOFU_VERSION}` };
}

if (import.meta.main) {
  await buildGo(
    {
      module: 'github.com/opentofu/opentofu',
      version: `v${OPENTOFU_VERSION}`,
      folder: 'cmd/tofu',
      variables: { 'version.dev': 'no' },
    },
    process.argv[2]!,
  );
}
