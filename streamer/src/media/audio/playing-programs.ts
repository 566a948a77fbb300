import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  type Argument,
  COMMAND,
  encodePacket,
  PacketReader,
  PULSE_VERSION,
  type Value,
} from './pulse-protocol.ts';

/** `PA_SUBSCRIPTION_MASK_SINK_INPUT`: programs that play. */
const PROGRAMS_THAT_PLAY = 4;

/** A cookie of this length belongs to `auth`; our servers ask for none. */
const COOKIE = new Uint8Array(256);

/** What a server tells of each program that plays, up to version 19: this many values, the last says if it pauses. */
const VALUES = 15;

/** Programs that play on a sound server, whether or not they are heard. */
export class PlayingPrograms implements Disposable {
  readonly #socket: Socket;
  readonly #answers = new Map<number, PromiseWithResolvers<Value[]>>();
  #asked = 0;
  #changes = 0;
  #change = Promise.withResolvers<void>();

  /** @param server its address, `unix:` and a path. @throws Error if it does not answer */
  static async of(server: string): Promise<PlayingPrograms> {
    const socket = connect(server.replace(/^unix:/, ''));
    await once(socket, 'connect');
    const programs = new PlayingPrograms(socket);
    await programs.#ask(COMMAND.auth, PULSE_VERSION, COOKIE);
    await programs.#ask(COMMAND.setClientName, { 'application.name': 'Deskside' });
    await programs.#ask(COMMAND.subscribe, PROGRAMS_THAT_PLAY);
    return programs;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new PacketReader();
    socket.on('data', (chunk) => {
      try {
        for (const packet of reader.push(chunk)) this.#receive(packet);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#end());
    // Whoever waits for a change is told of the end; often nobody does.
    this.#change.promise.catch(() => {});
  }

  /** How often a program has begun, paused, gone on or ended. */
  get changes(): number {
    return this.#changes;
  }

  /** Done when there have been more changes than those. @throws Error if the server is gone */
  async changedSince(changes: number): Promise<void> {
    while (this.#changes === changes) await this.#change.promise;
  }

  /** Whether one plays that does not pause. @throws Error if the server is gone */
  async any(): Promise<boolean> {
    const values = await this.#ask(COMMAND.getSinkInputInfoList);
    return values.some((paused, index) => index % VALUES === VALUES - 1 && paused === false);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #ask(command: number, ...values: Argument[]): Promise<Value[]> {
    const answer = Promise.withResolvers<Value[]>();
    const tag = this.#asked++;
    if (this.#socket.destroyed) answer.reject(gone());
    else this.#answers.set(tag, answer);
    this.#socket.write(encodePacket([command, tag, ...values]));
    return answer.promise;
  }

  #receive([command, tag, ...values]: Value[]): void {
    if (command === COMMAND.subscribeEvent) {
      this.#changes++;
      this.#change.resolve();
      this.#change = Promise.withResolvers();
      this.#change.promise.catch(() => {});
      return;
    }
    const answer = this.#answers.get(tag as number);
    this.#answers.delete(tag as number);
    if (command === COMMAND.reply) answer?.resolve(values);
    else answer?.reject(new Error(`The sound server refused to tell what plays (${values[0]}).`));
  }

  #end(): void {
    for (const answer of [...this.#answers.values(), this.#change]) answer.reject(gone());
    this.#answers.clear();
  }
}

function gone(): Error {
  return new Error('The sound server is gone.');
}
