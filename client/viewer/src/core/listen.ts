/** Adds an event listener that goes when the result is disposed of; `init` as for `addEventListener`. */
export function listen<E extends Event>(
  target: EventTarget,
  types: string | readonly string[],
  listener: (event: E) => void,
  init: AddEventListenerOptions = {},
): Disposable {
  const names = typeof types === 'string' ? [types] : types;
  for (const name of names) target.addEventListener(name, listener as EventListener, init);
  return {
    [Symbol.dispose]: () => {
      for (const name of names) target.removeEventListener(name, listener as EventListener, init);
    },
  };
}
