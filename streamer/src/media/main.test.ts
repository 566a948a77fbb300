import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

describe('the program of the media process', () => {
  test.each([
    ['what is no frame', Buffer.from([9, 9, 9, 9, 9]), 'unknown kind 9'],
    ['a message of an unknown type', frame({ type: 'dance' }), 'Invalid type'],
    ['a request before its settings', frame({ type: 'grant', handle: 1, until: 1 }), 'before configure'],
    ['a picture', Buffer.from([1, 0, 0, 0, 2, 7]), 'The gateway sent a picture'],
  ])('ends with a reason on %s', async (_, bytes, reason) => {
    const child = launch();
    const complaint = text(child.stderr!);
    (child.stdio[3] as Duplex).write(bytes);
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(await complaint).toContain(reason);
  });

  test('tells the gateway why it ends', async () => {
    const child = launch();
    const said = text(child.stdio[3] as Readable);
    (child.stdio[3] as Duplex).write(frame({ type: 'grant', handle: 1, until: 1 }));
    expect(await said).toContain('{"type":"failed","message":"The gateway sent grant before configure."}');
  });

  test('ends when the gateway is gone', async () => {
    const child = launch();
    (child.stdio[3] as Duplex).destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

function launch() {
  const program = fileURLToPath(new URL('./main.ts', import.meta.url));
  return spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
}

function frame(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(5, 1);
  header.writeUInt32LE(payload.length);
  return Buffer.concat([header, payload]);
}
