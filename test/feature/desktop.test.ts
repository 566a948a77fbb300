/** A dev container from outside: what a person sees in a browser of what they start in a terminal of the editor. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openViewer, screenshot } from '../support/chromium.ts';
import { audible, frequency, openWithEar, seconds } from '../support/ear.ts';
import { command } from '../support/engine/command.ts';
import { type Engine, startEngine } from '../support/engine/engine.ts';
import { type Color, compare, crop, fromPng, locate, pixel } from '../support/image.ts';
import { until } from '../support/until.ts';
import { DevContainer, published } from './dev-container.ts';
import { preparedImage } from './prepared-image.ts';

/** Not the defaults, so that it is seen whether they hold. */
const OPTIONS = { port: '7001', size: '1600x900', browser: 'chromium' };
const APPS = 'xterm mesa-utils vulkan-tools pulseaudio-utils firefox-esr';

/** Fills a canvas by a shader, in turn with two colours. */
const WEBGL_PAGE = `<body style="margin: 0">
<canvas width="600" height="400"></canvas>
<script type="module">
  const gl = document.querySelector('canvas').getContext('webgl2');
  const program = gl.createProgram();
  const attach = (type, source) => {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, '#version 300 es\\nprecision highp float;' + source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  };
  attach(gl.VERTEX_SHADER, 'void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4. - 1., 0, 1); }');
  attach(gl.FRAGMENT_SHADER, 'uniform vec3 color; out vec4 pixel; void main() { pixel = vec4(color, 1); }');
  gl.linkProgram(program);
  gl.useProgram(program);
  const draw = (time) => {
    gl.uniform3f(gl.getUniformLocation(program, 'color'), 1, 0, time % 2000 < 1000 ? 1 : 0.25);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    requestAnimationFrame(draw);
  };
  draw(0);
</script>`;
const WEBGL_COLORS: Color[] = [
  [255, 0, 255],
  [255, 0, 64],
];

/** Some places in the upper right of wallpaper.svg, where no icons lie, as parts of its width and height. */
const WALLPAPER: { x: number; y: number; color: Color }[] = [
  { x: 0.5, y: 0.2, color: [38, 68, 96] },
  { x: 0.5, y: 0.5, color: [42, 78, 106] },
  { x: 0.9, y: 0.3, color: [45, 85, 112] },
];

const RED: Color = [255, 0, 0];

/** The green one of glxgears, lit from the front. */
const GEAR: Color = [0, 204, 51];

const stack = new AsyncDisposableStack();
let engine: Engine;
let container: DevContainer;
let browser: Browser;

beforeAll(async () => {
  engine = stack.use(await startEngine());
  const image = await preparedImage(engine);
  container = stack.use(
    await DevContainer.up(engine, {
      image,
      features: { './deskside': { ...OPTIONS, apps: APPS } },
      ...published(OPTIONS.port),
    }),
  );
  browser = await launchChromium();
  stack.defer(() => browser.close());
}, 600_000);
afterAll(() => stack.disposeAsync());

test('it has what every container has: 64 MB of shared memory, no capability, the default seccomp profile', async () => {
  const { HostConfig: host } = JSON.parse(await container.docker('inspect'))[0];
  expect(host).toMatchObject({
    ShmSize: 64 * 1024 * 1024,
    CapAdd: null,
    Privileged: false,
    SecurityOpt: null,
  });
});

test('the first sight is a wallpaper, and nothing that asks lies over it', async () => {
  await using page = await viewer();
  await until('the wallpaper', async () => {
    const image = await screenshot(page.page);
    return WALLPAPER.every(({ x, y, color }) => {
      const seen = pixel(image, Math.round(x * image.width), Math.round(y * image.height));
      return seen.every((channel, index) => Math.abs(channel - color[index]!) < 8);
    });
  });
});

test('a program from a terminal is seen, and takes what is typed', async () => {
  await using terminal = await openTerminal('first');
  await terminal.type('déjà vu');
});

test('what a terminal plays is heard', async () => {
  await using ear = await openWithEar(browser, await container.address());
  // 3 s of 440 Hz, 16-bit samples.
  const samples =
    'Int16Array.from({ length: 144000 }, (_, i) => 9000 * Math.sin((2 * Math.PI * 440 * i) / 48000))';
  const node = '/usr/local/lib/deskside/bin/node';
  const play = 'pacat --playback --rate 48000 --channels 1 --format s16le';
  await container.exec(`${node} -e 'process.stdout.write(${samples})' | ${play}`);
  const tone = await until('a second of the tone', async () => {
    const sound = audible((await ear.heard())[0]);
    return seconds(sound) > 1 && sound;
  });
  expect(frequency(tone)).toBeCloseTo(440, -1);
});

test('OpenGL in software turns its gears', async () => {
  await using page = await viewer();
  await using _gears = await runOnDesktop('glxgears', '-geometry 400x400+200+200');
  const gears = async () => {
    const image = await screenshot(page.page);
    const green = locate(image, GEAR);
    return green && crop(image, Math.round(green.x) - 20, Math.round(green.y) - 20, 40, 40);
  };
  const first = await until('a gear', gears);
  await until('the gear to turn', async () => {
    const later = await gears();
    return later !== undefined && compare(first, later).pixels > 100;
  });
});

test('Vulkan in software turns its cube', async () => {
  await using page = await viewer();
  const desktop = await screenshot(page.page);
  await using _cube = await runOnDesktop('vkcube', '--width 400 --height 400');
  const first = await until('a cube', async () => {
    const now = await screenshot(page.page);
    return compare(desktop, now).pixels > 100_000 && now;
  });
  await until('the cube to turn', async () => compare(first, await screenshot(page.page)).pixels > 1000);
});

test.each(['chromium', 'firefox-esr'])('%s draws by WebGL', async (program) => {
  await using page = await viewer();
  await container.exec(`cat >/tmp/webgl.html <<'END'\n${WEBGL_PAGE}\nEND`);
  await using _browser = await runOnDesktop(program, 'file:///tmp/webgl.html');
  for (const color of WEBGL_COLORS) {
    await until(`${color} in the page`, async () => locate(await screenshot(page.page), color), 60_000);
  }
});

test('a restart brings the desktop back with the same token and the options of the feature', async () => {
  const before = new URL(await container.address());
  await container.docker('restart', '--time', '5');
  const after = new URL(await container.address());
  expect(after.searchParams.get('token')).toBe(before.searchParams.get('token'));
  expect(new URL(await container.exec('deskside url')).port).toBe(OPTIONS.port);
  const { width, height } = fromPng(
    Buffer.from(await container.exec('deskside screenshot - | base64 --wrap=0'), 'base64'),
  );
  expect(`${width}x${height}`).toBe(OPTIONS.size);
  await using terminal = await openTerminal('restarted');
  await terminal.type('again');
});

test('so does a start after everything was killed', async () => {
  await container.docker('kill', '--signal', 'KILL');
  const before = performance.now();
  await container.docker('start');
  const page = await openViewer(browser, await container.address());
  const seconds = (performance.now() - before) / 1000;
  console.log(`From the start of the container to its picture in a browser: ${seconds.toFixed(1)} s`);
  await page.context().close();
  await using terminal = await openTerminal('killed');
  await terminal.type('still here');
});

test('deskside start repairs what was killed inside', async () => {
  await container.address();
  // The gateway first, so that it starts nothing again; its children carry a mark in their environment.
  const gateway = `$(deskside status --json | sed -n 's/.*"pid":\\([0-9]*\\).*/\\1/p')`;
  const children = `$(grep -ls DESKSIDE_INSTANCE /proc/[0-9]*/environ | cut -d / -f 3)`;
  await container.exec(`kill -9 ${gateway} && kill -9 ${children}`);
  await container.exec('deskside start');
  await using terminal = await openTerminal('repaired');
  await terminal.type('and here');
});

test('at rest it takes little', async () => {
  await container.address();
  const [memory, processes] = (
    await container.docker('stats', '--no-stream', '--format', '{{.MemUsage}}|{{.PIDs}}')
  ).split('|');
  console.log(`The idle container: ${memory?.trim()}, ${processes?.trim()} threads`);
  // Resident memory, KiB: what processes share is counted for each.
  console.log(await command('docker', ['top', container.id, '-eo', 'pid,rss,comm'], engine));
  expect(Number(processes)).toBeGreaterThan(0);
});

/** A page that shows the desktop. */
async function viewer(): Promise<AsyncDisposable & { page: Page }> {
  const page = await openViewer(browser, await container.address());
  return { page, [Symbol.asyncDispose]: () => page.context().close() };
}

/** Starts a program as somebody would in the editor's terminal; it ends with the scope. */
async function runOnDesktop(program: string, args: string): Promise<AsyncDisposable> {
  const pidFile = `/tmp/${program}.pid`;
  await container.exec(`setsid sh -c 'echo $$ >${pidFile}; exec ${program} ${args}' >/dev/null 2>&1 &`);
  return {
    [Symbol.asyncDispose]: async () => void (await container.exec(`kill -- -$(cat ${pidFile})`)),
  };
}

interface OpenTerminal extends AsyncDisposable {
  /** Types a line in the browser and waits for it in the container. */
  type(line: string): Promise<void>;
}

/** Starts a red xterm as somebody would in the editor's terminal, and finds it in the browser. */
async function openTerminal(name: string): Promise<OpenTerminal> {
  const page = await openViewer(browser, await container.address());
  const file = `/tmp/typed-${name}`;
  const xterm = `xterm -u8 -bg '#ff0000' -fg '#ff0000' -e 'head -n 1 >${file}'`;
  await container.exec(`nohup ${xterm} >/dev/null 2>&1 &`);
  // The desktop takes the size of the page meanwhile, and the window may move with it.
  let before: { x: number; y: number } | undefined;
  const { x, y } = await until('a red window that rests', async () => {
    const found = locate(await screenshot(page), RED);
    const rests = found && found.x === before?.x && found.y === before?.y;
    before = found;
    return rests && found;
  });
  await page.mouse.click(x, y);
  return {
    async type(line) {
      await page.keyboard.type(line);
      await page.keyboard.press('Enter');
      await until(
        `"${line}" in the container`,
        async () => (await container.exec(`cat ${file}`)).trim() === line,
      );
    },
    async [Symbol.asyncDispose]() {
      await page.context().close();
    },
  };
}
