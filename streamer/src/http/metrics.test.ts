import { encodeAcknowledgement } from '@deskside/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type GatewayOnFakes, startGatewayOnFakes, TOKEN } from './testing/gateway-on-fakes.ts';
import { openSocket } from './testing/socket-client.ts';

let desktop: GatewayOnFakes;

beforeEach(async () => {
  desktop = await startGatewayOnFakes();
});
afterEach(() => desktop[Symbol.asyncDispose]());

/** Samples by name and labels, read by the grammar of Prometheus' text format. */
async function read(): Promise<Map<string, number>> {
  const answer = await fetch(`${desktop.gateway.url}metrics`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const samples = new Map<string, number>();
  for (const line of (await answer.text()).split('\n')) {
    if (line === '' || /^# (HELP|TYPE) deskside_\w+ ./.test(line)) continue;
    const [, name, value] = /^(deskside_\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    expect(name, line).toBeDefined();
    samples.set(name!, Number(value));
  }
  return samples;
}

it('are not for everybody, unless the operator wants that', async () => {
  expect((await fetch(`${desktop.gateway.url}metrics`)).status).toBe(401);
  await using open = await startGatewayOnFakes({ metrics: 'public' });
  expect((await fetch(`${open.gateway.url}metrics`)).status).toBe(200);
});

it('count who is there, and how soon pictures reach them', async () => {
  expect((await read()).get('deskside_viewers{role="controller"}')).toBe(0);
  const client = await openSocket(desktop.gateway, `/ws?token=${TOKEN}`);
  client.hello();
  await vi.waitUntil(() => desktop.media.streams[0]?.change() !== undefined, { timeout: 10_000 });
  await vi.waitUntil(() => client.binary.length > 0, { timeout: 10_000 });
  const now = performance.now();
  const times = { received: now, decoded: now, presented: now };
  client.socket.send(encodeAcknowledgement({ stream: 1, id: 0, presentedId: 0, ...times }));
  // An acknowledgement of what was never sent counts for nothing.
  client.socket.send(encodeAcknowledgement({ stream: 1, id: 77, presentedId: 77, ...times }));
  await vi.waitUntil(async () => (await read()).get('deskside_picture_delay_seconds_count') === 1, {
    timeout: 10_000,
  });
  const samples = await read();
  expect(samples.get('deskside_viewers{role="controller"}')).toBe(1);
  expect(samples.get('deskside_viewers{role="viewer"}')).toBe(0);
  expect(samples.get('deskside_picture_delay_seconds_count')).toBe(1);
  expect(samples.get('deskside_streams')).toBe(1);
  // 2 Mbit/s: nobody knows yet what the way carries.
  expect(samples.get('deskside_video_limit_bytes_per_second')).toBe(250_000);
  expect(samples.get('deskside_picture_updates_dropped_total')).toBe(0);
  for (const name of ['updates_total', 'bytes_total'])
    expect(samples.has(`deskside_picture_${name}`)).toBe(true);
  expect(samples.has('deskside_media_restarts_total')).toBe(true);
  expect([...samples.keys()].find((name) => name.startsWith('deskside_info'))).toContain('encoder="fake"');
  client.socket.close();
});
