/** What is on its way: counted, and cut short once whoever it is for may not have it any more. */
import { type Problem, SERVER_ERROR } from '../problem.ts';

/** How often rights are looked at, ms: who takes the keyboard or a link back sees that it worked. */
const LOOK_EVERY = 1000;

export interface Exchange {
  /** Why it may not go on; undefined: it may. */
  objection(): Promise<Problem | undefined>;
  cut(problem: Problem): void;
}

export class Exchanges {
  readonly #running = new Set<Exchange>();
  #timer: NodeJS.Timeout | undefined;

  get count(): number {
    return this.#running.size;
  }

  /** Dispose of it at its end. */
  begin(exchange: Exchange): Disposable {
    this.#running.add(exchange);
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY).unref();
    return { [Symbol.dispose]: () => this.#end(exchange) };
  }

  #end(exchange: Exchange): void {
    this.#running.delete(exchange);
    if (this.#running.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    for (const exchange of this.#running) void this.#judge(exchange);
  }

  async #judge(exchange: Exchange): Promise<void> {
    // Where nobody can tell, nothing goes on.
    const problem = await exchange.objection().catch(() => SERVER_ERROR);
    if (problem && this.#running.has(exchange)) exchange.cut(problem);
  }
}
