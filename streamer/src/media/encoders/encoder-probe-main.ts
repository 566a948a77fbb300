/** Tries one encoder, since it may take the process with it: `NAME GPU`. Prints what is wrong, nothing if it works. */
import { probeHere } from './encoder-probe.ts';
import { ENCODERS } from './table.ts';

const [name, gpu] = process.argv.slice(2);
const kind = ENCODERS.find((each) => each.name === name);
if (!kind) throw new Error(`There is no encoder ${name} in the table.`);
process.stdout.write((await probeHere(kind, Number(gpu))) ?? '');
