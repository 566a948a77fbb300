/** The answer to a request of npm's `x11`; errors of the X server reject. */
export function answer<T>(request: (done: (error: Error | null, result: T) => true) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    request((error, result) => {
      if (error) reject(error);
      else resolve(result);
      return true;
    });
  });
}
