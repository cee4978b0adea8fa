import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasProgram, read, root } from './files.js';

/** What is deployed, as the programs that are to take it read it; each says where it is not here. */

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'deploy-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** [exit code, what it said where that is not 0]. */
function run(command: string, ...args: string[]): [number | null, string] {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  return [status, status === 0 ? '' : stdout + stderr];
}

test('docker-compose takes docker-compose.yml, in both shapes, once there are secrets', () => {
  if (!hasProgram('docker-compose', 'version') || !hasProgram('openssl', 'version')) return;
  mkdirSync(join(folder, 'deploy'));
  for (const name of ['docker-compose.yml', 'deploy/make-secrets.sh'])
    copyFileSync(join(root, name), join(folder, name));
  expect(run('docker-compose', 'config')).toEqual([1, expect.stringContaining('run deploy/make-secrets.sh first')]);
  expect(run('deploy/make-secrets.sh')).toEqual([0, '']);
  for (const profile of ['large', 'small']) {
    expect(run('docker-compose', '--profile', profile, 'config')).toEqual([0, '']);
  }
});

test('promtool takes configuration and rules, and each alert fires when it should, and not before', () => {
  if (!hasProgram('promtool', '--version')) return;
  copyFileSync(join(root, 'deploy/prometheus/alerts.yml'), join(folder, 'alerts.yml'));
  copyFileSync(join(root, 'test/deploy/alerts.test.yml'), join(folder, 'alerts.test.yml'));
  const config = read('deploy/prometheus/prometheus.yml').replace('/etc/prometheus/', '');
  writeFileSync(join(folder, 'prometheus.yml'), config);
  expect(run('promtool', 'check', 'config', 'prometheus.yml')).toEqual([0, '']);
  expect(run('promtool', 'test', 'rules', 'alerts.test.yml')).toEqual([0, '']);
  // Every alert has its test.
  const alerts = [...read('deploy/prometheus/alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
  const tested = [...read('test/deploy/alerts.test.yml').matchAll(/alertname: (\w+)/g)].map(([, name]) => name!);
  expect([...new Set(tested)].sort()).toEqual([...new Set(alerts)].sort());
});

test('Caddy takes the gateway', () => {
  if (!hasProgram('caddy', 'version')) return;
  copyFileSync(join(root, 'deploy/gateway/Caddyfile'), join(folder, 'Caddyfile'));
  expect(run('caddy', 'validate', '--config', 'Caddyfile', '--adapter', 'caddyfile')).toEqual([0, '']);
});

test('while one of two has ended the gateway asks the other, commands too', async () => {
  if (!hasProgram('caddy', 'version')) return;
  const [port, gone, living] = [
    await freePort(),
    await freePort(),
    createServer((_, response) => response.end('well')),
  ];
  const { port: here } = await listening(living);
  const config = read('deploy/gateway/Caddyfile')
    .replace(':8080', `http://127.0.0.1:${port}`)
    .replace(/dynamic a \w+ 3000 \{.*?\}/gs, `to 127.0.0.1:${gone} 127.0.0.1:${here}`);
  writeFileSync(join(folder, 'Caddyfile'), config);
  const env = { PATH: process.env.PATH, HOME: folder };
  const args = ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'];
  const caddy = spawn('caddy', args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    await new Promise<void>((done) => {
      caddy.stderr.on('data', (said: Buffer) => said.includes('serving initial configuration') && done());
    });
    const ask = async (method: string) =>
      (await fetch(`http://127.0.0.1:${port}/`, { method, signal: AbortSignal.timeout(5_000) })).status;
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(n % 2 ? 'POST' : 'GET')));
    expect(new Set(answers)).toEqual(new Set([200]));
  } finally {
    caddy.kill('SIGKILL');
    living.close();
    living.closeAllConnections();
  }
});

async function listening(server: Server): Promise<AddressInfo> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server.address() as AddressInfo;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const { port } = await listening(server);
  await new Promise((done) => server.close(done));
  return port;
}
