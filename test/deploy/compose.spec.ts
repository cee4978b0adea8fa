import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Ajv } from 'ajv';
import { processes, type Process } from '#hosting/src/settings/setting.js';
import { readSettings } from '#hosting/src/settings/settings.js';
import { hasProgram, isCompiled, read, readYaml, root, settingNames } from './files.js';

/** docker-compose.yml and what it mounts: by its published schema, by docker-compose itself, and by our own code. */

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  profiles?: string[];
  secrets?: string[];
  ports?: string[];
  volumes?: string[];
  networks: string[] | Record<string, { aliases?: string[] }>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  read_only?: boolean;
  restart?: string;
  cap_drop?: string[];
  deploy?: { resources?: { limits?: { memory?: string } } };
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } }>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
}

const compose = readYaml('docker-compose.yml') as Compose;
const services = Object.entries(compose.services);
const networksOf = ({ networks }: Service) => (Array.isArray(networks) ? networks : Object.keys(networks));
/** Of our own image, by what they run. */
const ours = services.filter(([, { image }]) => image.includes('attest:'));

/** As docker compose does it: `${NAME:-otherwise}`. */
const filledIn = (text: string, given: Record<string, string> = {}): string =>
  text.replace(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_, name: string, otherwise = '') => given[name] ?? String(otherwise));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compose-'));
  mkdirSync(join(folder, 'deploy'));
  for (const name of ['docker-compose.yml', 'deploy/make-secrets.sh'])
    copyFileSync(join(root, name), join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const makeSecrets = () => spawnSync(join(folder, 'deploy/make-secrets.sh'), { encoding: 'utf8' });

// ── The file ──

test('it is what the Compose specification allows', () => {
  // Of an older draft, whose ids of parts (`id`) and whose own address nothing here refers to.
  const isName = (key: string, value: unknown) => ['id', '$schema'].includes(key) && typeof value === 'string';
  const schema = JSON.parse(read('test/vectors/compose/compose_spec.json'), (key, value: unknown) =>
    isName(key, value) ? undefined : value,
  ) as object;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  validate(compose);
  expect(validate.errors).toBeNull();
});

test('every image is pinned to a version, and ours to that of the package', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  for (const [, { image }] of services) expect(filledIn(image)).toMatch(/^[a-z./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  for (const [, { image }] of ours) expect(filledIn(image)).toBe(`attest:${version}`);
});

test('what a service names is there: networks, volumes, secrets, files, other services', () => {
  for (const [name, service] of services) {
    for (const network of networksOf(service)) expect(compose.networks).toHaveProperty([network]);
    for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty([secret]);
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('./')) expect(existsSync(join(root, source)) || `${name}: ${source}`).toBe(true);
      else expect(compose.volumes).toHaveProperty([source]);
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const { profiles, healthcheck } = compose.services[other]!;
      if (condition === 'service_healthy') expect(healthcheck?.test).toBeDefined();
      // What waits for something of another profile would wait for ever.
      if (profiles) expect(profiles).toEqual(expect.arrayContaining(service.profiles ?? ['none']));
    }
  }
});

test('every service is limited, comes back, and has its health looked at; ours write nowhere else and have no rights', () => {
  for (const [name, service] of services) {
    expect([name, service.deploy?.resources?.limits?.memory]).toEqual([name, expect.any(String)]);
    expect([name, service.restart]).toEqual([name, name === 'setup' ? 'on-failure' : 'unless-stopped']);
    expect([name, service.cap_drop]).toEqual([name, ['ALL']]);
    // Ours have the one of the image.
    const isLooked =
      service.healthcheck?.test ?? (name === 'setup' ? [] : /^HEALTHCHECK .*CMD/m.exec(read('deploy/Dockerfile')));
    expect([name, isLooked]).toEqual([name, expect.anything()]);
  }
  for (const [, service] of ours) expect(service).toMatchObject({ read_only: true, tmpfs: ['/tmp'] });
});

test('only the gateway and Grafana publish a port, on this host alone; the engines lead nowhere', () => {
  const published = services.flatMap(([name, { ports }]) => (ports ?? []).map((port) => [name, filledIn(port)]));
  expect(published).toEqual([
    ['gateway', '127.0.0.1:3000:8080'],
    ['grafana', '127.0.0.1:3001:3000'],
  ]);
  for (const name of ['front', 'engines', 'watching']) expect(compose.networks[name]).toMatchObject({ internal: true });
  const onEngines = services.filter(([, service]) => networksOf(service).includes('engines')).map(([name]) => name);
  expect(onEngines).not.toEqual(expect.arrayContaining(['gateway']));
  expect(onEngines).not.toEqual(expect.arrayContaining(['grafana']));
});

// ── What our own are told ──

/** What a service runs, by its command. */
function processOf([name, { command = [] }]: [string, Service]): Process {
  const [main = '', verb] = command.filter((word) => !word.startsWith('--'));
  expect(isCompiled(main) || `${name} runs ${main}`).toBe(true);
  const [, app] = /^dist\/apps\/(\w+)\//.exec(main)!;
  const found = processes.find((one) => one === (verb ? `${app} ${verb}` : app));
  if (!found) throw new Error(`${name} runs ${command.join(' ')}, which is no process of Attest.`);
  return found;
}

test('each process that there is runs in one service', () => {
  expect(ours.map(processOf).sort()).toEqual([...processes].sort());
});

test.each(ours)('%s is told nothing but settings, and such as its process starts with', (...service) => {
  if (!hasProgram('openssl', 'version')) return;
  expect(makeSecrets().status).toBe(0);
  const [, { command = [], environment = {}, secrets = [] }] = service;
  const told = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filledIn(value)]));
  for (const secret of command.flatMap((word) => /^--env-file=\/run\/secrets\/(.+)$/.exec(word)?.[1] ?? [])) {
    expect(secrets).toContain(secret);
    const file = filledIn(compose.secrets[secret]!.file, { SECRETS: join(folder, 'deploy/secrets') });
    Object.assign(told, parseEnv(readFileSync(file, 'utf8')));
  }
  expect(settingNames).toEqual(expect.arrayContaining(Object.keys(told)));
  const of = processOf(service);
  const settings = of === 'attest start' ? readSettings(told) : readSettings(told, {}, false, of);
  if (of !== 'attest setup') {
    expect(settings).toMatchObject({ host: '0.0.0.0', port: 3000, metrics: { host: '0.0.0.0', port: 9464 } });
  }
  // The key where a process takes one is a secret that it has.
  const key = settings.signingKey?.replace('/run/secrets/', '');
  if (key !== undefined) expect(secrets).toContain(key);
});

test('the gateway asks for names and a port that there are, and is the proxy that is trusted', () => {
  const asked = [...read('deploy/gateway/Caddyfile').matchAll(/dynamic a (\w+) (\d+)/g)].map(([, name, port]) => [
    name,
    port,
  ]);
  expect(asked).toEqual([
    ['reporter', '3000'],
    ['recorder', '3000'],
  ]);
  const aliases = (compose.services.attest!.networks as Record<string, { aliases?: string[] }>).front!.aliases;
  expect(aliases!.sort()).toEqual(asked.map(([name]) => name!).sort());
  const { subnet } = compose.networks.front!.ipam!.config[0]!;
  for (const [name, service] of ours) {
    if (networksOf(service).includes('front'))
      expect([name, service.environment!.ATTEST_TRUSTED_PROXIES]).toEqual([name, subnet]);
  }
});

// ── The secrets ──

test('without secrets it refuses, and says what makes them', () => {
  const files = Object.values(compose.secrets).map(({ file }) => file);
  for (const file of files) expect(file).toMatch(/^\$\{SECRETS:\?run deploy\/make-secrets\.sh first\}\//);
  expect(read('docker-compose.yml')).not.toMatch(/PASSWORD: (?!\/run\/secrets)/);
});

test('an .env of their own is left as it is, and the line that it lacks is told', () => {
  if (!hasProgram('openssl', 'version')) return;
  makeSecrets();
  const env = join(folder, '.env');
  const made = readFileSync(env, 'utf8');
  writeFileSync(env, 'LOG_LEVEL=warn\n');
  expect(makeSecrets()).toMatchObject({ status: 1, stderr: expect.stringMatching(/^SECRETS=\.\/deploy\/secrets$/m) });
  expect(readFileSync(env, 'utf8')).toBe('LOG_LEVEL=warn\n');
  writeFileSync(env, `LOG_LEVEL=warn\n${/^SECRETS=.*$/m.exec(made)![0]}\n`);
  expect(makeSecrets()).toMatchObject({ status: 0, stdout: 'everything is there already\n' });
  writeFileSync(env, made);
});

test('the secrets are made once, are closed to others, and git does not know them', () => {
  if (!hasProgram('openssl', 'version')) return;
  makeSecrets();
  const files = Object.values(compose.secrets).map(({ file }) =>
    filledIn(file, { SECRETS: join(folder, 'deploy/secrets') }),
  );
  const before = files.map((file) => readFileSync(file, 'utf8'));
  expect(makeSecrets()).toMatchObject({ status: 0, stdout: 'everything is there already\n' });
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
  expect(new Set(before).size).toBe(before.length);
  expect(statSync(join(folder, 'deploy/secrets')).mode & 0o077).toBe(0);
  expect(before.join()).toContain('-----BEGIN PRIVATE KEY-----');
  for (const path of ['deploy/secrets/app.env', '.env']) {
    expect(spawnSync('git', ['check-ignore', '-q', path], { cwd: root }).status).toBe(0);
  }
});
