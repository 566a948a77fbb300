import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Player } from './player.ts';

/** A program of the desktop that records from whatever it takes for the microphone. */
export interface Recording extends AsyncDisposable {
  /** From its start on, -1 to 1 at 48 kHz. */
  heard(): Float32Array;
}

/** Starts `parecord` with the desktop's own default. */
export function recordOn({ environment }: Player): Recording {
  const format = ['--raw', '--format=s16le', '--rate=48000', '--channels=1', '--latency-msec=20'];
  const program = spawn('parecord', format, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const pieces: Buffer[] = [];
  program.stdout!.on('data', (piece: Buffer) => pieces.push(piece));
  return {
    heard() {
      const bytes = Buffer.concat(pieces);
      const sound = new Float32Array(bytes.length >> 1);
      for (let i = 0; i < sound.length; i++) sound[i] = bytes.readInt16LE(i * 2) / 32768;
      return sound;
    },
    async [Symbol.asyncDispose]() {
      if (program.exitCode !== null) return;
      program.kill();
      await once(program, 'exit');
    },
  };
}
