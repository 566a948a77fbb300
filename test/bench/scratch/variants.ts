import { measure } from '../measure.ts';
import { startBuilt } from '../contenders/deskside.ts';
import { fileURLToPath } from 'node:url';
import { scrolling } from '../scenes/scrolling.ts';
import { flood } from '../scenes/flood.ts';
import { illustrated } from '../scenes/illustrated.ts';
import { typing } from '../scenes/typing.ts';
import { video } from '../scenes/video.ts';
import { mixed } from '../scenes/mixed.ts';
const all: Record<string, any> = { scrolling, flood, illustrated, typing, video, mixed };
const [scenes, rounds, seconds, ...variants] = process.argv.slice(2);
const contenders = variants.map((variant) => {
  const [name, ...flags] = variant.split(' ');
  const program = fileURLToPath(new URL(`../../../streamer/dist${name === 'now' ? '' : `-${name}`}/deskside.mjs`, import.meta.url));
  return { name: variant, async start(lab: any, screen: any) {
    const streamer = await startBuilt(program, ['--transport', 'websocket', ...flags], lab, screen);
    return { url: streamer.page({ view: '1:1', transport: 'websocket' }), address: streamer.address, pid: streamer.pid, [Symbol.asyncDispose]: () => streamer[Symbol.asyncDispose]() };
  } };
});
const runs = new Map<string, any[]>();
for (let r = 0; r < Number(rounds); r++) for (const scene of scenes!.split(',')) for (const contender of contenders) {
  try { const m = await measure(contender as any, all[scene], Number(seconds)); const key = `${scene.padEnd(12)} ${contender.name.padEnd(24)}`; runs.set(key, [...(runs.get(key) ?? []), m]); } catch (e) { console.error('failed', scene, contender.name, String(e).slice(0, 200)); }
}
const median = (v: number[]) => v.sort((a, b) => a - b)[v.length >> 1]!;
for (const [key, list] of [...runs].sort()) {
  const p: any = Object.values(list[0].probes)[0]; void p;
  const f = (pick: (m: any) => number) => median(list.map(pick)).toFixed(1);
  console.log(key, Object.keys(list[0].probes).map((n) => `${n}: ${Object.entries(list[0].probes[n]).map(([k]) => `${k} ${f((m) => m.probes[n][k])}`).join(' ')}`).join(' | '), 'cpu', f((m) => m.cpu.streamer), 'x', f((m) => m.cpu.xServer), 'browser', f((m) => m.cpu.browser), 'MB', f((m) => m.memory), 'first', f((m) => m.firstPicture));
}
process.exit(0);
