/** Native libraries through koffi. */
import koffi, { type KoffiFunc, type LibraryHandle } from 'koffi';

/** An address. User space ends below 2^47 (x86-64) and 2^48 (arm64), so a number holds it exactly. */
export type Address = number;

export class MissingLibrary extends Error {
  override readonly name = 'MissingLibrary';
  /** Debian package that brings it. */
  readonly package: string;

  constructor(file: string, debianPackage: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${file} cannot be loaded (${reason}). Install it: apt-get install ${debianPackage}`, { cause });
    this.package = debianPackage;
  }
}

/** @throws MissingLibrary naming the Debian package that brings it */
export function loadLibrary(file: string, debianPackage: string): LibraryHandle {
  try {
    return koffi.load(file);
  } catch (error) {
    throw new MissingLibrary(file, debianPackage, error);
  }
}

/** The result of `load`, made when it is first asked for: a missing library is then an error, not a crash at import. */
export function once<T>(load: () => T): () => T {
  let value: { is: T } | undefined;
  return () => {
    value ??= { is: load() };
    return value.is;
  };
}

/** Runs a native function on another thread: what may wait must not hold up the event loop. */
export function callAsync<A extends unknown[], R>(
  native: KoffiFunc<(...args: A) => R>,
  ...args: A
): Promise<R> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, result: R) => (error ? reject(error) : resolve(result));
    (native.async as (...all: unknown[]) => void)(...args, done);
  });
}
