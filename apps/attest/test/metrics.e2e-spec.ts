import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { childOf, dataFolder, run, start, until, type Started } from './started.js';

/** The metrics of the program as it is started, over HTTP. */

let it: Started;
let usual: Server;
const { folder, remove } = dataFolder();
beforeAll(async () => {
  // Nobody gets the usual port: where something else has it already that is just as well.
  usual = createServer();
  await new Promise<void>((done) => usual.once('error', () => done()).listen(9464, '127.0.0.1', done));
  it = await start(folder);
}, 120_000);
afterAll(async () => {
  await it?.end();
  usual.close();
  remove();
}, 60_000);

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}
interface Page {
  types: Map<string, string>;
  samples: Sample[];
}

/** As strict as `promtool check metrics` on what it understands: the text format, version 0.0.4. */
function parse(text: string): Page {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  let last = '';
  let helped = '';
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) ([a-z_][a-z0-9_]*) (.+)$/.exec(line) ?? [];
    if (line === '') continue;
    if (kind === 'HELP') {
      if (seen.has(`help ${name}`)) throw new Error(`two HELP of ${name}`);
      seen.add(`help ${name}`);
      helped = name;
    } else if (kind === 'TYPE') {
      if (helped !== name || !/^(counter|gauge|histogram|summary)$/.test(rest)) throw new Error(`TYPE: ${line}`);
      types.set(name, rest);
      last = name;
    } else {
      const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"`;
      const match = new RegExp(
        `^([a-z_][a-z0-9_]*)(?:\\{(${label}(?:,${label})*)\\})? (NaN|[+-]Inf|-?[\\d.]+(?:e[+-]?\\d+)?)$`,
      ).exec(line);
      if (!match) throw new Error(`no sample: ${line}`);
      const [, sample = '', labels = '', value = ''] = match;
      const base = types.get(last) === 'histogram' ? sample.replace(/_(bucket|sum|count)$/, '') : sample;
      if (base !== last) throw new Error(`${sample} stands under ${last}`);
      const key = `${sample}{${labels
        .split(/,(?=\w+=")/)
        .sort()
        .join()}}`;
      if (seen.has(key)) throw new Error(`twice: ${key}`);
      seen.add(key);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]);
      samples.push({ name: sample, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) });
    }
  }
  return { types, samples };
}

const text = async () => (await fetch(it.metrics)).text();
async function value(name: string, labels: Record<string, string> = {}): Promise<number> {
  const matching = parse(await text()).samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return matching.reduce((sum, sample) => sum + sample.value, 0);
}

async function asApplication(...statements: string[]): Promise<void> {
  const port = Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3]);
  const password = readFileSync(join(folder, 'secrets', 'postgres-app'), 'utf8').trim();
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'attest_app', password, database: 'attest' });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

describe('the port of metrics', () => {
  test('is a free one where the usual one is taken; that is said, and noted for tools', () => {
    expect(it.metrics).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(it.metrics).not.toContain(':9464/');
    expect(it.output()).toContain(
      'Port 9464 (ATTEST_METRICS) is taken by another program; a free one is used instead.',
    );
  });

  test('is on the loopback address, and has nothing else', async () => {
    const { port } = new URL(it.metrics);
    const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    for (const { address, family } of others.filter(({ internal, family }) => !internal && family === 'IPv4')) {
      await expect(fetch(`http://${address}:${port}/metrics`)).rejects.toThrow();
      expect(family).toBe('IPv4');
    }
    const base = it.metrics.replace('/metrics', '');
    expect((await fetch(`${base}/v1/projects`)).status).toBe(404);
    expect((await fetch(it.metrics, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${it.url}/metrics`)).status).toBe(404);
  });

  test('one that is named and taken stops the start in one line; so does a named port of HTTP', async () => {
    await it.end();
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    const base = ['start', '--data', folder];
    const metrics = run(base, { ATTEST_PORT: '0', ATTEST_METRICS: `127.0.0.1:${port}` });
    const http = run(base, { ATTEST_PORT: String(port), ATTEST_METRICS: 'off' });
    taken.close();
    expect([metrics.status, http.status]).toEqual([1, 1]);
    expect(metrics.stderr).toBe(
      `Port ${port} (ATTEST_METRICS) is taken by another program: end that, or name another port.\n`,
    );
    expect(http.stderr).toBe(
      `Port ${port} (ATTEST_PORT) is taken by another program: end that, or name another port.\n`,
    );
    it = await start(folder, { ATTEST_METRICS: '127.0.0.1:0' });
  }, 120_000);

  test('a wrong setting stops the start in one line, with exit code 2', () => {
    const refused = run(['start', '--data', folder], { ATTEST_METRICS: 'everywhere' });
    expect([refused.status, refused.stderr]).toEqual([
      2,
      'ATTEST_METRICS is "everywhere": it takes host:port, such as 127.0.0.1:9464, or off.\n',
    ]);
  });
});

describe('metrics', () => {
  test('are in the format of Prometheus, named by its conventions, of both processes', async () => {
    await it.record('first');
    const answer = await fetch(it.metrics);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const { types, samples } = parse(await answer.text());
    const ours = [...types.keys()].filter((name) => name.startsWith('attest_'));
    expect(ours).toEqual(
      expect.arrayContaining([
        'attest_append_seconds',
        'attest_append_batch_size',
        'attest_append_queue_appends',
        'attest_append_queue_bytes',
        'attest_command_seconds',
        'attest_http_requests_total',
        'attest_projection_lag_events',
        'attest_projection_lag_seconds',
        'attest_projection_stopped',
        'attest_worker_restarts_total',
      ]),
    );
    for (const [name, type] of types) {
      if (!name.startsWith('attest_')) continue;
      expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')]);
      expect(name).not.toMatch(/_(ms|milliseconds|kb|mb)(_|$)/);
    }
    for (const process of ['application', 'worker']) {
      expect(samples).toContainEqual(
        expect.objectContaining({ name: 'nodejs_eventloop_lag_p99_seconds', labels: { process } }),
      );
      expect(samples).toContainEqual(
        expect.objectContaining({ name: 'process_resident_memory_bytes', labels: { process } }),
      );
    }
    // Buckets add up, and the last one is the count.
    for (const { name, labels, value } of samples.filter(({ name }) => /^attest_.*_count$/.test(name))) {
      const buckets = samples.filter((sample) => {
        const { le, ...rest } = sample.labels;
        return (
          sample.name === name.replace('_count', '_bucket') && JSON.stringify(rest) === JSON.stringify(labels) && le
        );
      });
      expect(buckets.map((bucket) => bucket.value)).toEqual(
        buckets.map((bucket) => bucket.value).sort((a, b) => a - b),
      );
      expect([buckets.at(-1)?.labels.le, buckets.at(-1)?.value]).toEqual(['+Inf', value]);
    }
  });

  test('move as commands are recorded', async () => {
    const asked = {
      written: ['attest_append_seconds_count', { outcome: 'written' }],
      recorded: ['attest_command_seconds_count', { command: 'CreateProject', outcome: 'recorded' }],
      repeated: ['attest_command_seconds_count', { command: 'CreateProject', outcome: 'already-recorded' }],
      created: ['attest_http_requests_total', { method: 'POST', route: '/v1/projects', status: '201' }],
      lost: ['attest_http_requests_total', { route: 'none', status: '404' }],
      batched: ['attest_append_batch_size_sum', { process: 'application' }],
      events: ['attest_log_events', {}],
    } as const;
    const read = async () =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(asked).map(async ([key, [name, labels]]) => [key, await value(name, labels)] as const),
        ),
      ) as Record<keyof typeof asked, number>;
    const before = await read();
    for (const key of ['a', 'b', 'c', 'c']) await it.record(key);
    await it.ask('/nowhere/at-all');
    const after = await read();
    const moved = Object.fromEntries(Object.entries(after).map(([key, now]) => [key, now - before[key as 'written']]));
    expect(moved).toEqual({ written: 3, recorded: 3, repeated: 1, created: 4, lost: 1, batched: 3, events: 3 });
  });

  test('have no secret, no id and no path in them', async () => {
    await it.ask('/v1/projects/018f3f5e-0000-7000-8000-000000000001/trainings?asOf=hidden');
    const all = await text();
    const secrets = readdirSync(join(folder, 'secrets')).map((name) =>
      readFileSync(join(folder, 'secrets', name), 'utf8'),
    );
    for (const secret of [...secrets, readFileSync(join(folder, 'admin.token'), 'utf8')]) {
      expect(all).not.toContain(secret.trim());
    }
    expect(all).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|hidden|\/tmp|Bearer|password/i);
    expect(all).toContain('route="/v1/projects/:project/trainings"');
  });

  test('tell how far a register is behind, in events and in seconds, while the worker stands still', async () => {
    const worker = childOf(it, /worker/);
    const of = { projection: 'project-register', generation: 'live' };
    await until(async () => (await value('attest_projection_lag_events', of)) === 0);
    process.kill(worker, 'SIGSTOP');
    try {
      await it.record('behind-1');
      await it.record('behind-2');
      expect(await value('attest_projection_lag_events', of)).toBe(2);
      await until(async () => (await value('attest_projection_lag_seconds', of)) > 1);
      // The page does not wait for a worker that is frozen.
      expect(await value('process_resident_memory_bytes', { process: 'worker' })).toBe(0);
    } finally {
      process.kill(worker, 'SIGCONT');
    }
    await until(async () => (await value('attest_projection_lag_events', of)) === 0);
    expect(await value('attest_projection_lag_seconds', of)).toBe(0);
  });

  test('count the ends of the worker', async () => {
    process.kill(childOf(it, /worker/), 'SIGKILL');
    await until(async () => (await value('attest_worker_restarts_total')) === 1);
    await until(async () => (await value('attest_worker_up')) === 1);
    // And it leads: what it finds stopped it tries again, once, when it begins.
    await it.record('after-the-end');
    const lag = () => value('attest_projection_lag_events', { projection: 'project-register', generation: 'live' });
    await until(async () => (await lag()) === 0);
  });

  test('show a register that stopped, and so does readiness, which stays ready', async () => {
    const fault = { eventId: 'e', ordinal: 3, type: 'ProjectCreated', message: 'no such thing', at: '2026-01-01' };
    await asApplication(
      `update read.projections set fault = '${JSON.stringify(fault)}' where name = 'training-register'`,
    );
    expect(await value('attest_projection_stopped', { projection: 'training-register' })).toBe(1);
    expect(await value('attest_projection_stopped', { projection: 'project-register' })).toBe(0);
    const ready = await it.ask('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        ready: true,
        reasons: [],
        warnings: ['training-register stopped before event e (number 3, ProjectCreated) at 2026-01-01: no such thing'],
      },
    ]);
  });
});
