import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { IssuedToken } from '#access';
import type { OutcomeDocument, ProblemDocument, Role } from '#http';
import type { Replay } from '#event-sourcing';
import { post, type Connection } from '../../examples/libmitaf/src/client.js';
import { interimReport, projectId, secondReport } from '../../examples/libmitaf/src/ids.js';
import { tell, type Told } from '../../examples/libmitaf/src/run.js';
import { story } from '../../examples/libmitaf/src/story.js';
import type { ServiceProcess } from './service-process.js';
import { ServiceStand, until } from './stand.js';

/** Two recorders, a projector and a reporter as processes of their own on one PostgreSQL, without a data folder. */

let stand: ServiceStand;
let recorders: ServiceProcess[];
let projector: ServiceProcess;
let reporter: ServiceProcess;
let told: Told;
let tokens: Connection['tokens'];

const facts = { reference: 'SV', title: 'A project', timeZone: 'UTC', currency: 'EUR' };
const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;
const tokenFor = async (actor: string, roles: Role[], project: string, url?: string) =>
  json<IssuedToken>(stand.post('/v1/tokens', `token-${actor}`, { actor, roles, project, expiresIn: 3_600 }, url));
const as = (token: string, position?: string) => ({
  headers: { authorization: `Bearer ${token}`, ...(position && { 'attest-min-position': position }) },
});

beforeAll(async () => {
  stand = await ServiceStand.open();
  expect(await stand.setUp()).toMatchObject({ code: 0, err: expect.stringContaining('The tables are up to date.') });
  [projector, reporter, ...recorders] = (await Promise.all(
    (['projector', 'reporter', 'recorder', 'recorder'] as const).map((service) => stand.start(service)),
  )) as [ServiceProcess, ServiceProcess, ServiceProcess, ServiceProcess];
  await until(async () => (await fetch(`${reporter.url}/health/ready`)).ok);
  await until(async () => (await stand.ask('/v1/projects')).ok);

  const administrator = (await tokenFor('Story, administrator', ['administrator'], '*')).token;
  await post({ url: stand.url, tokens: { administrator, manager: '', officer: '' } }, story()[0]!.steps[0]!);
  tokens = {
    administrator,
    manager: (await tokenFor('Story, manager', ['manager'], projectId)).token,
    officer: (await tokenFor('Story, officer', ['officer'], projectId)).token,
  };
  told = await tell(story(), { url: stand.url, tokens }, () => undefined);
}, 180_000);
afterAll(() => stand.close(), 60_000);

describe('setup', () => {
  test('done again, and by two at once, changes nothing', async () => {
    const files = () => ['key.pem', 'admin.token'].map((name) => readFileSync(join(stand.folder, name), 'utf8'));
    const before = files();
    const held = async () => (await json<{ items: object[] }>(stand.ask('/v1/tokens?limit=500'))).items.length;
    const many = await held();
    const other = join(stand.folder, 'again.token');
    const again = await Promise.all([stand.setUp(), stand.attest(['setup', '--token-file', other], stand.ofSetup)]);
    expect(again.map(({ code, out }) => [code, out])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(files()).toEqual(before);
    // Another file gets the same token: nobody has more access than before.
    expect(readFileSync(other, 'utf8')).toBe(before[1]);
    expect(await held()).toBe(many);
    expect(
      ['key.pem', 'admin.token', 'again.token'].map((name) => statSync(join(stand.folder, name)).mode & 0o777),
    ).toEqual([0o600, 0o600, 0o600]);
    expect(JSON.stringify(again)).not.toContain(stand.token);
  }, 60_000);

  test('without it a service says so in one line, and ends', async () => {
    const empty = await ServiceStand.open();
    try {
      const [first, ...others] = await Promise.all([
        empty.start('recorder', { DATABASE_URL: empty.ofSetup.DATABASE_OWNER_URL! }).catch(String),
        empty.start('projector', { DATABASE_OWNER_URL: 'postgres://o:x@127.0.0.1/d' }).catch(String),
        empty.start('reporter', { ATTEST_SIGNING_KEY: '' }).catch(String),
        empty
          .start('recorder', {
            DATABASE_URL: stand.ofServices.DATABASE_URL!,
            EVENT_STORE: 'kurrentdb',
            KURRENTDB_URL: 'kurrentdb://127.0.0.1:1',
          })
          .catch(String),
        empty.start('reporter', { DATABASE_URL: stand.ofServices.DATABASE_URL! }).catch(String),
      ]);
      expect(first).toMatch(
        /recorder ended \(1\).*"process":"recorder","msg":"The database of DATABASE_URL has no ledger: run attest setup\."/s,
      );
      expect(others[0]).toMatch(/projector ended \(2\).*DATABASE_OWNER_URL is set: a projector works without/s);
      expect(others[1]).toMatch(/reporter ended \(2\).*ATTEST_SIGNING_KEY is missing/s);
      expect(others[2]).toMatch(/recorder ended \(2\).*The database belongs to the log in PostgreSQL/s);
      expect(others[3]).toMatch(
        /reporter ended \(1\).*The key of tokens \(ATTEST_SIGNING_KEY, .*key\.pem\) cannot be read \(ENOENT\): attest setup/s,
      );
    } finally {
      await empty.close();
    }
  }, 60_000);
});

describe('LIBMITAF, told to two recorders in turn', () => {
  test('is there as anywhere: told again it is recorded already, and its reports are submitted', async () => {
    expect(told.recorded).toBeGreaterThan(300);
    const again = await tell(story(), { url: stand.url, tokens }, () => undefined);
    expect(again).toMatchObject({ commands: told.commands, recorded: 0 });
    for (const report of [interimReport, secondReport]) {
      const path = `/v1/projects/${projectId}/reports/${report}/document?format=json`;
      const document = await stand.ask(path, as(tokens.manager, told.position));
      expect([document.status, (await document.text()).length > 10_000]).toEqual([200, true]);
    }
  }, 120_000);

  test('a replay that a recorder was asked for is done by the reporter: identical', async () => {
    const asked = await stand.post('/v1/replays', 'replay', {});
    expect(asked.status).toBe(202);
    const { id } = await json<Replay>(asked);
    const found = async () => json<Replay>(stand.ask(`/v1/replays/${id}`));
    await until(async () => (await found()).state !== 'running', 60_000);
    expect(await found()).toMatchObject({ id, state: 'identical', step: 'done', failure: null });
    expect((await found()).compared.events).toBe((await found()).to);
  }, 90_000);

  test('the command line works with the one address', async () => {
    const at = ['--url', stand.url, '--token-file', stand.tokenFile];
    const events = await stand.attest(['events', ...at, '--project', projectId, '--json'], {});
    expect([events.code, events.err]).toEqual([0, '']);
    const made = await stand.attest(
      ['token', 'create', '--actor', 'Cli', '--role', 'auditor', '--project', '*', ...at],
      {},
    );
    expect([made.code, made.out.split('.').length]).toEqual([0, 3]);
  }, 60_000);
});

describe('each answers its part', () => {
  test('and says whom to ask for the other', async () => {
    const ofRecorder = await stand.ask('/v1/projects', {}, recorders[0]!.url);
    expect(ofRecorder.status).toBe(421);
    expect(await json<ProblemDocument>(ofRecorder)).toMatchObject({ code: 'ask-the-reporter', status: 421 });
    const ofReporter = await stand.post('/v1/projects', 'p', facts, reporter.url);
    expect(ofReporter.status).toBe(421);
    expect(await json<ProblemDocument>(ofReporter)).toMatchObject({ code: 'ask-the-recorder', status: 421 });
    const nowhere = await fetch(`${recorders[0]!.url}/v2/projects`);
    expect(nowhere.status).toBe(404);
    for (const { url } of [recorders[1]!, reporter]) {
      for (const path of ['/health/live', '/health/ready', '/docs', '/openapi.json']) {
        expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
      }
    }
    for (const path of ['/health/live', '/health/ready']) expect((await fetch(projector.url + path)).status).toBe(200);
    expect((await fetch(`${projector.url}/v1/projects`)).status).toBe(404);
  });

  test('what one recorder has answered, the reporter shows to who waits for it', async () => {
    for (let n = 0; n < 40; n += 1) {
      const made = await stand.post('/v1/projects', `wait-${n}`, facts, recorders[n % 2]!.url);
      const { id, position } = await json<OutcomeDocument>(made);
      const seen = await stand.ask(`/v1/projects/${id}`, as(stand.token, position));
      expect([n, seen.status]).toEqual([n, 200]);
    }
  }, 60_000);

  test('a command sent to both at once is recorded once, and answered alike', async () => {
    for (let n = 0; n < 20; n += 1) {
      const answers = await Promise.all(
        recorders.map(({ url }) => stand.post('/v1/projects', `both-${n}`, facts, url)),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      const [a, b] = await Promise.all(answers.map((answer) => json<OutcomeDocument>(answer)));
      expect({ ...a!, code: '' }).toEqual({ ...b!, code: '' });
      expect([a!.code, b!.code].sort()).toEqual(['already-recorded', 'recorded']);
      const tokens = await Promise.all(recorders.map(({ url }) => tokenFor(`New ${n}`, ['auditor'], '*', url)));
      expect(tokens[0]).toMatchObject({ token: tokens[1]!.token, actor: tokens[1]!.actor });
    }
  }, 60_000);

  test('access that one recorder has revoked is refused by all, from the next request on', async () => {
    const body = { reason: { code: 'other', text: 'The phone was lost.' } };
    for (let n = 0; n < 25; n += 1) {
      const { id, token } = await tokenFor(`Lost ${n}`, ['administrator'], '*', recorders[0]!.url);
      const others = [
        () => stand.ask('/v1/projects', as(token), reporter.url),
        () => stand.ask('/v1/replays', { method: 'POST', ...as(token) }, recorders[1]!.url),
      ];
      // Known at once, too: no process has to hear of a grant first.
      expect((await others[0]!()).status).toBe(200);
      const revoked = await stand.post(`/v1/tokens/${id}/revoke-access`, `revoke-${n}`, body, recorders[0]!.url);
      expect(revoked.status).toBe(200);
      expect((await Promise.all(others.map((ask) => ask()))).map(({ status }) => [n, status])).toEqual([
        [n, 401],
        [n, 401],
      ]);
    }
  }, 60_000);
});

describe('each is watched by itself', () => {
  test('logs are lines of JSON that name the process', () => {
    for (const { service, lines } of [...recorders, projector, reporter]) {
      expect(lines.length).toBeGreaterThan(0);
      expect([service, ...new Set(lines.map((line) => line.process))]).toEqual([service, service]);
    }
  });

  test('metrics are of what it does', async () => {
    const [ofRecorder, ofProjector, ofReporter] = await Promise.all(
      [recorders[0]!, projector, reporter].map((one) => one.metrics()),
    );
    expect(ofRecorder).toMatch(/attest_append_seconds_count\{[^}]*process="recorder"[^}]*\} [1-9]/);
    expect(ofRecorder).toContain('attest_append_queue_appends 0');
    expect(ofRecorder).not.toContain('attest_worker_up');
    expect(ofProjector).toContain('attest_leads{subscription="projections",process="projector"} 1');
    expect(ofProjector).toMatch(/attest_projection_lag_events\{projection="project-register",generation="live"\} \d+/);
    expect(ofReporter).toContain('attest_worker_up 1');
    expect(ofReporter).toContain('attest_leads{subscription="reports",process="worker"} 1');
    expect(ofReporter).toMatch(/attest_http_requests_total\{[^}]*route="\/v1\/projects\/:id"[^}]*process="reporter"/);
    for (const text of [ofRecorder, ofProjector, ofReporter]) {
      expect(text).toContain('attest_database_up 1');
      expect(text).toContain('attest_build_info{version=');
    }
  });
});

describe('what ends', () => {
  test('a recorder that is killed under load loses nothing that was acknowledged, and nothing is recorded twice', async () => {
    const project = (await json<OutcomeDocument>(stand.post('/v1/projects', 'load', facts))).id;
    const officer = (await tokenFor('Load', ['officer'], project)).token;
    const path = `/v1/projects/${project}/trainings`;
    const acknowledged = new Map<string, OutcomeDocument>();
    const enough = Promise.withResolvers<void>();
    const send = async (key: string, url: string) => {
      const headers = { ...as(officer).headers, 'content-type': 'application/json', 'idempotency-key': key };
      const body = JSON.stringify({ kind: 'training', title: key, occurredOn: '2022-05' });
      const answer = await fetch(url + path, { method: 'POST', headers, body }).catch(() => undefined);
      return answer?.status === 201 ? json<OutcomeDocument>(answer) : undefined;
    };
    const clients = Array.from({ length: 16 }, async (_, client) => {
      for (let n = 0; n < 60; n += 1) {
        const key = `${client}.${n}`;
        // With one recorder after the other until one answers: the same key, so recorded once.
        await until(async () => {
          const outcome = await send(key, stand.url);
          if (outcome) acknowledged.set(key, outcome);
          if (acknowledged.size === 200) enough.resolve();
          return outcome !== undefined;
        });
      }
    });
    await enough.promise;
    expect(await recorders[1]!.end('SIGKILL')).toEqual([null, 'SIGKILL']);
    await Promise.all(clients);
    recorders[1] = await stand.start('recorder');

    expect(acknowledged.size).toBe(16 * 60);
    const last = [...acknowledged.values()].reduce((a, b) => (BigInt(a.position) > BigInt(b.position) ? a : b));
    const rows: { id: string; data: { title: string } }[] = [];
    for (let after = ''; ;) {
      const page = await json<{ items: typeof rows; next: string | null }>(
        stand.ask(`${path}?limit=500${after}`, as(officer, last.position)),
      );
      rows.push(...page.items);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(new Map(rows.map(({ id, data }) => [data.title, id]))).toEqual(
      new Map([...acknowledged].map(([key, { id }]) => [key, id])),
    );
    expect(rows.length).toBe(16 * 60);
    for (const [key, { id, events }] of [...acknowledged].slice(0, 50)) {
      expect(await send(key, recorders[1].url)).toMatchObject({ id, events, code: 'already-recorded' });
    }
  }, 120_000);

  test('another projector takes over in time when the leader is told to end, or is killed', async () => {
    const second = await stand.start('projector');
    expect(await second.metrics()).toContain('attest_leads{subscription="projections",process="projector"} 0');
    const visible = async (key: string) => {
      const since = performance.now();
      const { id, position } = await json<OutcomeDocument>(stand.post('/v1/projects', key, facts));
      await until(async () => (await stand.ask(`/v1/projects/${id}`, as(stand.token, position))).status === 200);
      return performance.now() - since;
    };
    const ended = projector.end();
    expect(await visible('after-term')).toBeLessThan(2_500);
    expect(await ended).toEqual([0, null]);
    projector = await stand.start('projector');
    await second.end('SIGKILL');
    const afterKill = await visible('after-kill');
    console.info(`SIGKILL ${Math.round(afterKill)} ms`);
    expect(afterKill).toBeLessThan(5_000);
  }, 60_000);

  test('SIGTERM: what is under way is answered, and each ends with 0 in time', async () => {
    const under = Array.from({ length: 40 }, (_, n) =>
      stand.post('/v1/projects', `last-${n}`, facts, recorders[n % 2]!.url),
    );
    const sent = Promise.allSettled(under);
    await under[0];
    // One that asks for nothing is not waited for.
    const silent = connect(Number(new URL(recorders[0]!.url).port), '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    const since = performance.now();
    const all = [...recorders, projector, reporter];
    expect(await Promise.all(all.map((one) => one.end()))).toEqual(all.map(() => [0, null]));
    expect(performance.now() - since).toBeLessThan(10_000);
    silent.destroy();
    for (const outcome of await sent) {
      if (outcome.status === 'fulfilled') expect([201, 503]).toContain(outcome.value.status);
    }
    const lines = recorders[0]!.lines;
    expect(lines.map(({ msg }) => msg)).toContain('Ending: what is under way is answered first.');
  }, 60_000);
});
