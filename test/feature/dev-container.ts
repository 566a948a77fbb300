import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../support/engine/command.ts';
import type { Engine } from '../support/engine/engine.ts';
import { until } from '../support/until.ts';
import { DEVCONTAINER, stageFeature } from './staged-feature.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a devcontainer.json says. */
export interface Configuration {
  image: string;
  /** Options of the feature; without them the image has it already. */
  features?: { './deskside': Record<string, unknown> };
  containerEnv?: Record<string, string>;
  runArgs?: string[];
}

/** Publishes the desktop's port at a free one of this machine. */
export function published(port: string): Pick<Configuration, 'containerEnv' | 'runArgs'> {
  return {
    // Docker forwards a published port to the container's own address, not to its loopback.
    containerEnv: { DESKSIDE_HOST: '0.0.0.0' },
    runArgs: ['--publish', `127.0.0.1::${port}`],
  };
}

/** A container of `devcontainer up`. */
export class DevContainer implements AsyncDisposable {
  readonly id: string;
  readonly #engine: Engine;
  readonly #workspace: string;
  readonly #resources: AsyncDisposable;

  static async up(engine: Engine, configuration: Configuration): Promise<DevContainer> {
    await using stack = new AsyncDisposableStack();
    const workspace = stack.use(await temporaryFolder()).path;
    await mkdir(join(workspace, '.devcontainer'));
    if (configuration.features) await stageFeature(join(workspace, '.devcontainer/deskside'));
    await writeFile(join(workspace, '.devcontainer/devcontainer.json'), JSON.stringify(configuration));
    return await DevContainer.upIn(workspace, engine, stack.move());
  }

  /**
   * @param workspace a folder with a `.devcontainer`
   * @param resources what ends with the container
   * @param launcher a command that runs its arguments
   */
  static async upIn(
    workspace: string,
    engine: Engine,
    resources = new AsyncDisposableStack(),
    launcher: string[] = ['env'],
  ): Promise<DevContainer> {
    await using stack = resources;
    const [program, ...args] = [...launcher, DEVCONTAINER, 'up', '--no-lockfile'];
    const up = await command(program!, [...args, '--workspace-folder', workspace], engine);
    const { containerId } = JSON.parse(up);
    stack.defer(async () => void (await command('docker', ['rm', '--force', containerId], engine)));
    return new DevContainer(containerId, engine, workspace, stack.move());
  }

  private constructor(id: string, engine: Engine, workspace: string, resources: AsyncDisposable) {
    this.id = id;
    this.#engine = engine;
    this.#workspace = workspace;
    this.#resources = resources;
  }

  /** In a terminal of the editor, so to speak. */
  async exec(shell: string): Promise<string> {
    const exec = ['exec', '--workspace-folder', this.#workspace, 'sh', '-c', shell];
    return await command(DEVCONTAINER, exec, this.#engine);
  }

  /** `docker COMMAND … ID` */
  async docker(...args: string[]): Promise<string> {
    return await command('docker', [...args, this.id], this.#engine);
  }

  /** Waits until the desktop runs; its address with the token, as this machine reaches it. */
  async address(): Promise<string> {
    const url = new URL(await until('the desktop to run', () => this.exec('deskside url'), 60_000));
    const port = await command('docker', ['port', this.id, `${url.port}/tcp`], this.#engine);
    url.host = port.trim();
    return url.href;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }
}
