/** The picture of one desktop through the proxy of a real Coder server, beside the one that comes directly. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HealthyApp } from '@deskside/coder';
import { Deployment } from '../../support/coder/deployment.ts';
import { createDesk, freePlace } from '../../support/coder/desk.ts';
import { coderBinary } from '../../support/coder/server-binary.ts';
import type { Contender } from '../contenders/contender.ts';
import type { Scene } from '../scenes/scene.ts';
import { scrolling } from '../scenes/scrolling.ts';
import { typing } from '../scenes/typing.ts';
import { type Smoothness, smoothness } from '../smoothness.ts';
import { Stage } from '../stage.ts';

const SCENES = [typing, scrolling];

/** Encoders, pages and the rate control settle in this time, s. */
const WARM_UP_S = 3;

export interface ProxyResult {
  scene: string;
  way: string;
  runs: Smoothness[];
}

/** @throws Error where the module proxy refuses Coder's version */
export async function measureProxy(rounds: number, seconds: number): Promise<ProxyResult[]> {
  const binary = await coderBinary();
  if (binary === undefined) throw new Error('the Go module proxy refuses this version of Coder');
  await using deployment = await Deployment.start(binary);
  const place = await freePlace();
  const desk = await createDesk(deployment, { ...place, udp_port: place.port, size: '1920x1080' });
  const ways = await waysTo(desk, deployment, place.display);
  const results = SCENES.flatMap((scene) => ways.map((way) => ({ scene, way, runs: [] as Smoothness[] })));
  for (let round = 1; round <= rounds; round++) {
    for (const { scene, way, runs } of results) {
      console.error(`round ${round} of ${rounds}: ${scene.name}, ${way.name}`);
      runs.push(await run(way, scene, seconds));
    }
  }
  return results.map(({ scene, way, runs }) => ({ scene: scene.name, way: way.name, runs }));
}

/** Both over the WebSocket, which is what passes the proxy: the difference is the proxy's alone. */
async function waysTo(desk: HealthyApp, deployment: Deployment, display: string): Promise<Contender[]> {
  const home = deployment.homeOf(desk.workspace);
  const session = await readFile(join(home, '.local/state/deskside/default/session.json'), 'utf8');
  const { pid } = JSON.parse(session) as { pid: number };
  const direct = new URL(desk.app.url!);
  direct.search = new URLSearchParams({
    token: direct.searchParams.get('token')!,
    view: '1:1',
    transport: 'websocket',
  }).toString();
  const { url, admin } = deployment;
  const proxied = new URL(await admin.client.getAppUrl({ ...desk, app: { ...desk.app, subdomain: false } }));
  proxied.search = direct.search;
  const cookies = [{ name: 'coder_session_token', value: admin.token, url }];
  const way = (name: string, { href }: URL): Contender => ({
    name,
    start: async () => ({
      url: href,
      address: { display, xauthority: join(home, '.Xauthority') },
      pid,
      cookies,
      // The desktop stays for the other way.
      [Symbol.asyncDispose]: async () => {},
    }),
  });
  return [way('direct', direct), way("through Coder's proxy", proxied)];
}

async function run(way: Contender, scene: Scene, seconds: number): Promise<Smoothness> {
  await using stage = await Stage.open(way, scene);
  await stage.move(WARM_UP_S);
  await stage.sightings();
  await stage.move(seconds);
  return smoothness(await stage.sightings(), seconds);
}
