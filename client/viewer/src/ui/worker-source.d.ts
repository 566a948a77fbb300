/** The bundled text of media/decoder-worker.ts, put in by build.mjs. */
declare module 'worker-source' {
  const source: string;
  export default source;
}

/** The bundled text of audio/worklet.ts, put in by build.mjs. */
declare module 'worklet-source' {
  const source: string;
  export default source;
}
