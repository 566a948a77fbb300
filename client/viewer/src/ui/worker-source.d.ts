/** The bundled text of media/decoder-worker.ts, put in by build.mjs. */
declare module 'worker-source' {
  const source: string;
  export default source;
}
