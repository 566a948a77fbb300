import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../support/engine/command.ts';
import type { Engine } from '../support/engine/engine.ts';
import { until } from '../support/until.ts';
import { DEVCONTAINER, stageFeature } from './staged-feature.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A container of `devcontainer up`, whose port is published at a free one of this machine. */
export class DevContainer implements AsyncDisposable {
  readonly id: string;
  readonly #engine: Engine;
  readonly #workspace: string;
  readonly #resources: AsyncDisposable;

  /** @param options of the feature */
  static async up(engine: Engine, image: string, options: Record<string, unknown>): Promise<DevContainer> {
    await using stack = new AsyncDisposableStack();
    const workspace = stack.use(await temporaryFolder()).path;
    const folder = join(workspace, '.devcontainer');
    await mkdir(folder);
    await stageFeature(join(folder, 'deskside'));
    const configuration = {
      image,
      features: { './deskside': options },
      // Docker forwards a published port to the container's own address, not to its loopback.
      containerEnv: { DESKSIDE_HOST: '0.0.0.0' },
      runArgs: ['--publish', '127.0.0.1::6080'],
    };
    await writeFile(join(folder, 'devcontainer.json'), JSON.stringify(configuration));
    const up = ['up', '--no-lockfile', '--workspace-folder', workspace];
    const { containerId } = JSON.parse(await command(DEVCONTAINER, up, engine));
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
    const port = await command('docker', ['port', this.id, '6080/tcp'], this.#engine);
    url.host = port.trim();
    return url.href;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }
}
