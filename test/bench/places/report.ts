import { inWords, type Machine, median } from '../report.ts';
import type { ContainerCosts, Idle } from './dev-container.ts';
import type { ProxyResult } from './proxy.ts';

export interface PlacesReport {
  machine: Machine;
  /** Length of each run of a scene, s. */
  seconds: number;
  containers: ContainerCosts | undefined;
  proxy: ProxyResult[] | undefined;
}

/** Medians, in Markdown. */
export function formatPlaces({ machine, seconds, containers, proxy }: PlacesReport): string {
  return [
    `${inWords(machine)}; Deskside in a dev container and behind a Coder server, medians.`,
    ...(containers ? ['', ...formatContainers(containers)] : []),
    ...(proxy ? ['', ...formatProxy(proxy, seconds)] : []),
    '',
  ].join('\n');
}

function formatContainers({ ups, bareUps, installs, idle }: ContainerCosts): string[] {
  return [
    `- \`devcontainer up\` on a built image, to the first picture in a browser: ${inSeconds(ups)} (at most 4 s).`,
    `- \`devcontainer up\` alone on the image without the feature: ${inSeconds(bareUps)}.`,
    `- The feature's own installation, without apt: ${inSeconds(installs)} (at most 10 s).`,
    `- ${describeIdle(idle)}`,
  ];
}

/** The median of milliseconds, and all of them. */
function inSeconds(values: readonly number[]): string {
  const each = values.map((value) => (value / 1000).toFixed(1)).join(', ');
  return `${(median(values) / 1000).toFixed(1)} s of ${each}`;
}

function describeIdle({ memory, processes }: Idle): string {
  const list = processes.map(({ name, memory: own }) => `${name} ${own.toFixed(0)}`).join(', ');
  return `The idle container with XFCE: ${memory}; ${processes.length} processes, resident MB: ${list}.`;
}

function formatProxy(results: readonly ProxyResult[], seconds: number): string[] {
  const middle = (values: number[], digits: number) => median(values).toFixed(digits);
  return [
    `One desktop of a Coder workspace, drawn at 60 pictures a second for ${seconds} s, over the WebSocket either way:`,
    '',
    '| scene | way | fps | p50 ms | p95 ms | longest gap ms |',
    '|---|---|--:|--:|--:|--:|',
    ...results.map(({ scene, way, runs }) => {
      const fps = middle(
        runs.map((run) => run.fps),
        1,
      );
      const times = (['p50', 'p95', 'longestGap'] as const).map((name) =>
        middle(
          runs.map((run) => run[name]),
          name === 'longestGap' ? 0 : 1,
        ),
      );
      return `| ${[scene, way, fps, ...times].join(' | ')} |`;
    }),
    '',
    ...differences(results),
  ];
}

/** What the proxy costs: the second way of each scene beside its first. */
function differences(results: readonly ProxyResult[]): string[] {
  return Array.from(Map.groupBy(results, ({ scene }) => scene)).map(([scene, [direct, proxied]]) => {
    const more = (name: 'p50' | 'fps') =>
      median(proxied!.runs.map((run) => run[name])) - median(direct!.runs.map((run) => run[name]));
    const fps = more('fps');
    return `- ${scene}: p50 ${more('p50').toFixed(1)} ms more through the proxy (at most 4), ${Math.abs(fps).toFixed(1)} pictures a second ${fps < 0 ? 'fewer' : 'more'}.`;
  });
}
