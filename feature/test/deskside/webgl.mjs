// node webgl.mjs BROWSER [FLAG…]: whether a page in this browser on the desktop has WebGL 2; exit code 0 if so.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';

const PAGE = `<script>
  const context = document.createElement('canvas').getContext('webgl2');
  fetch(context ? 'yes' : 'no', { method: 'POST' });
</script>`;

const [browser, ...flags] = process.argv.slice(2);
const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end(PAGE);
  if (request.method === 'POST') end(request.url === '/yes' ? 0 : 1);
});
server.listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}/`;
  const child = spawn(browser, [...flags, address], { stdio: 'ignore', detached: true });
  // All of its group, since browsers leave processes behind.
  process.on('exit', () => spawnSync('sh', ['-c', `kill -KILL -${child.pid}`]));
});
setTimeout(() => end(1), 60_000);

function end(code) {
  process.exit(code);
}
