// Not in TypeScript's libraries for pages: https://www.w3.org/TR/webaudio/#AudioWorkletGlobalScope

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  processor: new (
    options: never,
  ) => AudioWorkletProcessor & {
    process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
  },
): void;
