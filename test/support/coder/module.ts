import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../engine/command.ts';
import { type ProviderSource, providerConfiguration } from './providers.ts';
import { terraformCli } from './terraform.ts';

/** The Terraform module of this repository. */
export const MODULE = join(import.meta.dirname, '../../../terraform-module');

/** A copy of a folder with Terraform files, initialised with the real providers and no network. */
export class TerraformFolder implements AsyncDisposable {
  readonly path: string;
  readonly #program: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #scratch: string;

  /** @param inner the folder to work in, below the copied one */
  static async copyOf(folder: string, inner = '.', providers: ProviderSource[] = ['coder/coder']) {
    const scratch = await mkdtemp(join(tmpdir(), 'deskside-terraform-'));
    const { path: program, name } = await terraformCli();
    console.log(`terraform is ${name}`);
    await cp(folder, join(scratch, 'copy'), { recursive: true });
    const path = join(scratch, 'copy', inner);
    await useLocalModule(join(path, 'main.tf'));
    const configuration = await providerConfiguration(providers, scratch);
    const terraform = new TerraformFolder(program, scratch, path, configuration);
    await terraform.run('init', '-input=false');
    return terraform;
  }

  /** One of the module's complete templates, with the module from here instead of from its repository. */
  static async copyOfExample(name: string, providers: ProviderSource[]): Promise<TerraformFolder> {
    return await TerraformFolder.copyOf(MODULE, join('examples', name), providers);
  }

  private constructor(program: string, scratch: string, path: string, configuration: string) {
    this.#program = program;
    this.#scratch = scratch;
    this.path = path;
    this.#env = { ...process.env, TF_CLI_CONFIG_FILE: configuration, TF_IN_AUTOMATION: '1' };
  }

  /** @throws Error with what it printed if it fails */
  run(...args: string[]): Promise<string> {
    const [subcommand = '', ...rest] = args;
    return command(this.#program, [subcommand, '-no-color', ...rest], { cwd: this.path, env: this.#env });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#scratch, { recursive: true, force: true });
  }
}

async function useLocalModule(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/"git::https:[^"]+terraform-module[^"]*"/, '"../.."'));
}

/** As the command line takes them. */
export function variableFlags(variables: Record<string, string>): string[] {
  return Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
}
