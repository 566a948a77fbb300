/** `deskside screenshot`: the desktop as a picture, without the pointer. */
import { writeFile } from 'node:fs/promises';
import { XConnection } from '../display/x-connection.ts';
import { readRunning } from '../supervisor/state.ts';
import { CommandError, notRunning } from './exit-codes.ts';
import { encodePng } from './png.ts';

/** Format of GetImage (X protocol, section 9): whole pixels. */
const Z_PIXMAP = 2;

const ALL_PLANES = 0xffffffff;

/** Depths whose pixels are 32 bits: blue, green, red, unused. */
const TRUE_COLOUR_DEPTHS = [24, 32];

/** @param file path, or `-` for standard output. @throws CommandError if no desktop runs or its screen has few colours */
export async function screenshot(stateDir: string, file: string): Promise<void> {
  const running = await readRunning(stateDir);
  if (running === undefined) throw notRunning(stateDir);
  await using x = await XConnection.open(running.display, running.xauthority);
  const png = await capture(x);
  if (file === '-') process.stdout.write(png);
  else await writeFile(file, png);
}

async function capture(x: XConnection): Promise<Buffer> {
  const { client, root } = x;
  const { width, height } = await x.ask<{ width: number; height: number }>((reply) =>
    client.GetGeometry(root, reply),
  );
  const { depth, data } = await x.ask<{ depth: number; data: Buffer }>((reply) =>
    client.GetImage(Z_PIXMAP, root, 0, 0, width, height, ALL_PLANES, reply),
  );
  if (TRUE_COLOUR_DEPTHS.includes(depth)) return encodePng(data, width, height);
  throw new CommandError(
    `The screen has ${depth} bits a pixel; only 24 and 32 are supported. Change its depth.`,
  );
}
