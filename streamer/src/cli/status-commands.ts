import { lockHolder } from '../supervisor/lock.ts';
import { instanceOf, openStateDir, type Running, readRunning } from '../supervisor/state.ts';
import { readOrMakeToken } from '../supervisor/token.ts';
import { addressWithToken } from './address.ts';
import { EXIT, notRunning } from './exit-codes.ts';

/** `deskside status`: exit code 3 unless it is ready. */
export async function status(stateDir: string, json: boolean): Promise<void> {
  await openStateDir(stateDir);
  const running = await readRunning(stateDir);
  if (running) return printStatus(running, json);
  const state = (await lockHolder(await instanceOf(stateDir))) ? 'starting' : 'stopped';
  console.log(json ? JSON.stringify({ state }) : `The desktop in ${stateDir}: ${state}.`);
  process.exitCode = EXIT.notRunning;
}

/** `deskside url`; as JSON with what `status` tells besides. @throws CommandError if none runs */
export async function url(stateDir: string, json: boolean): Promise<void> {
  const running = await readRunning(stateDir);
  if (running === undefined) throw notRunning(stateDir);
  const address = await addressOf(running);
  console.log(json ? JSON.stringify({ ...factsOf(running), url: address }) : address);
}

/** What `start` and `restart` say. */
export async function printRunning(running: Running, json: boolean): Promise<void> {
  if (json) console.log(JSON.stringify(factsOf(running)));
  else console.log(`Desktop ready: ${await addressOf(running)}`);
}

function printStatus(running: Running, json: boolean): void {
  const facts = factsOf(running);
  const lines = Object.entries(facts).map(([name, value]) => `${name.padEnd(11)} ${value}`);
  console.log(json ? JSON.stringify(facts) : lines.join('\n'));
}

/** What a desktop tells of itself to other programs. */
export function factsOf({ name, url, display, xauthority, port, pid, version, pulseServer }: Running) {
  return {
    ...{ state: 'running', name, url, display, port, pid, version },
    ...(xauthority !== undefined && { xauthority }),
    ...(pulseServer !== undefined && { pulseServer }),
  };
}

async function addressOf({ url, tokenFile }: Running): Promise<string> {
  return addressWithToken(url, await readOrMakeToken(tokenFile));
}
