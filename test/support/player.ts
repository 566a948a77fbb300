import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Streamer } from './streamer.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** A program of the desktop that makes sound. */
export class Player {
  readonly #folder: string;
  /** Of the desktop's programs: whatever plays in it is heard there. */
  readonly environment: NodeJS.ProcessEnv;

  static async on({ account }: Streamer): Promise<Player> {
    const { stdout } = await account.deskside(['status', '--json']);
    const { pulseServer } = JSON.parse(stdout);
    return new Player(account.home, { ...process.env, HOME: account.home, PULSE_SERVER: pulseServer });
  }

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.environment = environment;
  }

  /** Plays what sox makes of its arguments, stereo; done when it has been played. */
  async tone(...effects: string[]): Promise<void> {
    const file = join(this.#folder, 'tone.wav');
    await run('sox', ['-n', '-r', '48000', '-c', '2', '-b', '16', file, 'synth', ...effects]);
    await this.play(file);
  }

  /** Plays a second with a tone of its own on each channel, Hz; 0 is silence. */
  async channels(tones: readonly number[]): Promise<void> {
    const file = join(this.#folder, 'channels.wav');
    const effects = tones.flatMap((hertz) => ['sine', String(hertz)]);
    const format = ['-r', '48000', '-c', String(tones.length), '-b', '16'];
    await run('sox', ['-n', ...format, file, 'synth', '1', ...effects, 'gain', '-14']);
    await this.play(file);
  }

  /** Plays speech. */
  async say(text: string): Promise<void> {
    const file = join(this.#folder, 'speech.wav');
    await run('espeak-ng', ['-w', file, text]);
    await this.play(file);
  }

  async play(file: string): Promise<void> {
    await run('paplay', [file], { env: this.environment });
  }

  /** Waits until a program has a line to the sound server. */
  async plays(): Promise<void> {
    await until('a program that plays', () => this.#list('sink-inputs'));
  }

  /** Waits until somebody records what is played. */
  async heard(): Promise<void> {
    await until('somebody to record the desktop', async () => (await this.#recorders()).length > 0);
  }

  /** Waits until nobody records what is played. */
  async unheard(): Promise<void> {
    await until('nobody to record the desktop', async () => (await this.#recorders()).length === 0);
  }

  /** What programs can record from, a line each. */
  async sources(): Promise<string> {
    return await this.#list('sources');
  }

  /** Programs that record, a line each. PulseAudio's own module behind the microphone is none. */
  async #recorders(): Promise<string[]> {
    const lines = (await this.#list('source-outputs')).split('\n');
    return lines.filter((line) => line !== '' && !line.includes('module-remap-source'));
  }

  /** What the sound server has of a kind, a line each. */
  async #list(kind: 'sink-inputs' | 'source-outputs' | 'sources'): Promise<string> {
    const { stdout } = await run('pactl', ['list', 'short', kind], { env: this.environment });
    return stdout.trim();
  }
}
