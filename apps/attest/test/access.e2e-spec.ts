import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { IssuedToken } from '#access';
import { Tokens, type OutcomeDocument, type ProblemDocument } from '#http';
import { startAttest, type Attest } from '../src/attest.js';
import { compiledMain } from '#hosting/src/program.js';
import { readSettings } from '#hosting/src/settings/settings.js';
import { testApp, type TestApp } from './test-app.js';

const id = '018f3f5e-0000-7000-8000-00000000a001';
const other = '018f3f5e-0000-7000-8000-00000000a002';
const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
const reason = { code: 'other', text: 'The phone with the token was lost.' };
const DAY = 86_400;

let keys = 0;
const send = async (url: string, token: string, path: string, body?: object, headers: Record<string, string> = {}) => {
  const response = await fetch(url + path, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json', 'idempotency-key': `key-${(keys += 1)}` }),
      ...headers,
    },
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as never };
};
const codeOf = ({ status, body }: { status: number; body: unknown }) => [status, (body as ProblemDocument).code];
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, never>;

describe('over HTTP', () => {
  let it: TestApp;
  let administrator: string;
  let ofProject: string;
  let now: number;
  const start = Date.parse('2026-03-10T10:00:00.000Z');
  beforeAll(async () => {
    now = start;
    it = await testApp(() => new Date(now));
    administrator = await it.tokenFor('administrator', 'administrator', '*', 3650 * DAY);
    ofProject = await it.tokenFor('Mona', 'administrator', id, 3650 * DAY);
    for (const project of [id, other]) {
      const made = await ask('/v1/projects', { ...facts, id: project });
      expect(made.status).toBe(201);
      await ask(`/v1/projects/${project}`, undefined, administrator, seen(made.body));
    }
  });
  beforeEach(() => void (now = Math.max(now, start)));
  afterAll(() => it.close());

  const ask = (path: string, body?: object, token = administrator, headers?: Record<string, string>) =>
    send(it.url, token, path, body, headers);
  const wanted = { actor: 'Amal, field office', roles: ['officer'], project: id, expiresIn: 10 * DAY };
  const issue = async (of: object = {}, token = administrator, headers?: Record<string, string>) => {
    const { status, body } = await ask('/v1/tokens', { ...wanted, ...of }, token, headers);
    expect([status, body]).toEqual([201, expect.anything()]);
    return body as IssuedToken;
  };
  const revoke = (grant: string, token = administrator) => ask(`/v1/tokens/${grant}/revoke-access`, { reason }, token);
  const uses = async (token: string) => codeOf(await ask(`/v1/projects/${id}/trainings`, undefined, token));
  const eventsOf = async (grant: string) =>
    (await it.store.readStreams([`grant-${grant}`])).get(`grant-${grant}`)!.map(({ type, data, meta, scope }) => ({
      ...{ type, scope },
      data: JSON.parse(data) as object,
      meta: JSON.parse(meta) as object,
    }));

  test('a token is granted by an event, in the scope that it is about, and made from nothing else', async () => {
    const { id: grant, token, actor, expiresAt } = await issue();
    expect(await uses(token)).toEqual([200, undefined]);
    const [event, ...more] = await eventsOf(grant);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ type: 'AccessGranted', scope: id, data: { actor, project: id, roles: ['officer'] } });
    expect(JSON.stringify(event)).not.toContain('Amal');
    expect(claimsOf(token)).toMatchObject({ jti: grant, sub: actor, iat: now / 1000, exp: now / 1000 + 10 * DAY });
    expect(expiresAt).toBe('2026-03-20T10:00:00.000Z');
    const everywhere = await issue({ project: '*' });
    expect(await eventsOf(everywhere.id)).toMatchObject([{ scope: 'ledger', data: { project: '*' } }]);
  });

  test('the same request under the same key is answered the same token, and recorded once', async () => {
    const key = { 'idempotency-key': 'one for Amal' };
    const first = await issue({}, administrator, key);
    now += 5_000;
    expect(await issue({}, administrator, key)).toEqual(first);
    expect(await eventsOf(first.id)).toHaveLength(1);
    const another = await ask('/v1/tokens', { ...wanted, roles: ['manager'] }, administrator, key);
    expect(codeOf(another)).toEqual([409, 'same-key-other-body']);
    expect((await issue()).id).not.toBe((await issue()).id);
  });

  test('in a project that is not there it is refused, and so is what cannot be meant', async () => {
    const nowhere = { ...wanted, project: '018f3f5e-0000-7000-8000-00000000ffff' };
    const refused = await ask('/v1/tokens', nowhere);
    expect([codeOf(refused), refused.body]).toMatchObject([
      [409, 'unknown-project'],
      { errors: [{ pointer: '/project' }] },
    ]);
    for (const [fault, pointer] of [
      [{ project: 'x' }, '/project'],
      [{ roles: ['boss'] }, '/roles'],
      [{ roles: [] }, '/roles'],
      [{ roles: ['officer', 'officer'] }, '/roles'],
      [{ expiresIn: 59 }, '/expiresIn'],
      [{ actor: '' }, '/actor'],
    ] as const) {
      const { status, body } = await ask('/v1/tokens', { ...wanted, ...fault });
      expect([status, (body as ProblemDocument).errors[0]?.pointer]).toEqual([400, pointer]);
    }
  });

  test('once a revocation is answered the token does nothing any more', async () => {
    const { id: grant, token } = await issue();
    for (let use = 0; use < 3; use += 1) expect(await uses(token)).toEqual([200, undefined]);
    const revoked = await revoke(grant);
    expect(await uses(token)).toEqual([401, 'token-revoked']);
    expect(revoked).toMatchObject({ status: 200, body: { code: 'recorded', events: [{ type: 'AccessRevoked' }] } });
    expect((await revoke(grant)).body).toMatchObject({ code: 'already-so' });
    const restored = await ask(`/v1/tokens/${grant}/restore-access`, { reason });
    expect(codeOf(restored)).toEqual([409, 'revoked-for-good']);
    expect((await ask(`/v1/tokens/${grant}/revoke-access`, {})).status).toBe(400);
  });

  test('also in the middle of a request that lasts: what comes after it is refused', async () => {
    const { id: grant, token } = await issue();
    const bulk = request(`${it.url}/v1/projects/${id}/commands`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    });
    const hold = () => {
      const body = { kind: 'training', title: 'Training', occurredOn: '2022-05-10' };
      bulk.write(`${JSON.stringify({ key: `line-${(keys += 1)}`, command: 'HoldTraining', body })}\n`);
    };
    hold();
    const [response] = (await once(bulk, 'response')) as [IncomingMessage];
    const answers = createInterface({ input: response })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await answers.next()).value as string) as object;
    expect(await next()).toMatchObject({ status: 'recorded' });
    await revoke(grant);
    hold();
    bulk.end();
    expect(await next()).toMatchObject({ status: 'refused', problem: { code: 'token-revoked' } });
    expect(await answers.next()).toMatchObject({ done: true });
  });

  test('a good signature without a grant, as version 0.1.0 gave it, holds nothing', async () => {
    const roles = { '*': ['administrator' as const] };
    const token = await it.tokens.issue({ actor: crypto.randomUUID(), roles, expiresIn: DAY });
    expect(await uses(token)).toEqual([401, 'token-unknown']);
    const foreign = await Tokens.fromPem(Tokens.newKey()).issue({ actor: crypto.randomUUID(), roles, expiresIn: DAY });
    expect(await uses(foreign)).toEqual([401, 'token-foreign']);
  });

  test('whoever administers one project sees, gives and takes there only', async () => {
    const [mine, theirs, everywhere] = await Promise.all([
      issue(),
      issue({ project: other }),
      issue({ project: '*' }),
    ] as const);
    const { body } = await ask('/v1/tokens?limit=500', undefined, ofProject, seen(everywhere, theirs, mine));
    const { items } = body as { items: { id: string; project: string }[] };
    expect(new Set(items.map(({ project }) => project))).toEqual(new Set([id]));
    expect(items).toContainEqual(expect.objectContaining({ id: mine.id, name: 'Amal, field office' }));
    for (const { id: grant } of [theirs, everywhere, { id: crypto.randomUUID() }, { id: 'x' }]) {
      expect(codeOf(await revoke(grant, ofProject))).toEqual([404, 'unknown-thing']);
      expect(codeOf(await ask(`/v1/tokens/${grant}`, undefined, ofProject))).toEqual([404, 'unknown-thing']);
      expect(codeOf(await ask(`/v1/tokens/${grant}/history`, undefined, ofProject))).toEqual([404, 'unknown-thing']);
    }
    for (const project of [other, '*']) {
      expect(codeOf(await ask('/v1/tokens', { ...wanted, project }, ofProject))).toEqual([403, 'role-missing']);
    }
    const officer = (await issue({}, ofProject)).token;
    expect(codeOf(await ask('/v1/tokens', undefined, officer))).toEqual([403, 'role-missing']);
    expect((await revoke(mine.id, ofProject)).status).toBe(200);
  });

  describe('an actor is somebody', () => {
    const actorOf = async (actor: string, project: string, token: string) =>
      (await issue({ actor, project }, token)).actor;

    test('nobody gets a token of the application, or of whom an issuer speaks', async () => {
      const reserved = ['Attest', 'attest', ' Attest ', 'https://id.example.org/realms/me#amal', 'http://id#x'];
      for (const actor of reserved) {
        for (const token of [administrator, ofProject]) {
          const { status, body } = await ask('/v1/tokens', { ...wanted, actor }, token);
          expect([status, (body as ProblemDocument).errors]).toMatchObject([400, [{ pointer: '/actor' }]]);
        }
      }
      expect((await issue({ actor: 'Attestation office, #2' })).actor).toEqual(expect.any(String));
    });

    test('whom one project knows is for the administrator of another one a new actor of that name', async () => {
      const theirs = await actorOf('Salem', other, administrator);
      const inAll = await actorOf('Salem of all', '*', administrator);
      const mine = await actorOf('Salem', id, ofProject);
      expect(mine).not.toBe(theirs);
      const [asAll, asMona] = [await actorOf('Salem of all', id, ofProject), await actorOf('Mona', id, ofProject)];
      expect(asAll).not.toBe(inAll);
      expect([claimsOf(administrator).sub, claimsOf(ofProject).sub]).not.toContain(asMona);
      // Again with a new token: the same, for each of them.
      expect(await actorOf('Salem', id, ofProject)).toBe(mine);
      expect(await actorOf('Salem', other, administrator)).toBe(theirs);
      expect(await actorOf('Salem of all', '*', administrator)).toBe(inAll);
      expect(await actorOf('Salem of all', id, ofProject)).toBe(asAll);
      // Two people of one name, each shown by it.
      const listed = await ask('/v1/tokens?limit=500', undefined, ofProject);
      const { items } = listed.body as { items: { actor: string; name: string }[] };
      expect(items.filter(({ actor }) => actor === mine).map(({ name }) => name)).toContain('Salem');
    });

    test('one name is one actor for who administers every project, and in a project for who administers that', async () => {
      const first = await actorOf('Huda', id, administrator);
      expect(await actorOf('Huda', other, administrator)).toBe(first);
      expect(await actorOf('Huda', id, ofProject)).toBe(first);
      const at = await Promise.all(['Nour', 'Nour', 'Nour'].map((name) => actorOf(name, id, ofProject)));
      expect(new Set(at).size).toBe(1);
    });

    test('whom the administrator of one project named is nobody who gets roles in all', async () => {
      const planted = await actorOf('Head of all projects', id, ofProject);
      const real = await actorOf('Head of all projects', '*', administrator);
      expect(real).not.toBe(planted);
      expect(await actorOf('Head of all projects', '*', administrator)).toBe(real);
      expect(await actorOf('Head of all projects', id, ofProject)).toBe(planted);
    });
  });

  const seen = (...after: { position: string }[]) => ({
    'attest-min-position': String(Math.max(...after.map(({ position }) => Number(position)))),
  });

  test('who could do what on a day is one question, as known then or now', async () => {
    now = Date.parse('2026-05-04T09:00:00.000Z');
    const { id: grant, position } = await issue({ actor: 'Who could', expiresIn: 30 * DAY });
    now += 10 * DAY * 1000;
    const revoked = (await revoke(grant)).body as OutcomeDocument;
    now += 20 * DAY * 1000;
    const ofGrant = async (query: string) => {
      const { body } = await ask(`/v1/tokens?limit=500&${query}`, undefined, administrator, seen(revoked));
      return (body as { items: { id: string; held?: string[] }[] }).items.find((item) => item.id === grant);
    };
    expect(await ofGrant('on=2026-05-03')).toBeUndefined();
    expect(await ofGrant('on=2026-05-04')).toMatchObject({ name: 'Who could', held: ['officer'], status: 'revoked' });
    expect(await ofGrant('on=2026-05-04T08:59:59Z')).toBeUndefined();
    expect(await ofGrant('on=2026-05-14')).toMatchObject({ held: ['officer'] });
    expect(await ofGrant('on=2026-05-14T09:00:00Z')).toBeUndefined();
    expect(await ofGrant('on=2026-05-15')).toBeUndefined();
    // As known before the revocation: it was to hold until June.
    expect(await ofGrant(`on=2026-05-15&asOf=${position}`)).toMatchObject({ held: ['officer'], status: 'held' });
    expect(await ofGrant(`on=2026-06-04&asOf=${position}`)).toBeUndefined();
    expect(await ofGrant('on=2026-05-15&asOf=2026-05-13T00:00:00Z')).toMatchObject({ held: ['officer'] });
    expect(await ofGrant(`asOf=${Number(position) - 1}`)).toBeUndefined();
    expect(await ofGrant(`project=${id}&on=2026-05-05`)).toMatchObject({ id: grant });
    expect(await ofGrant(`project=${other}&on=2026-05-05`)).toBeUndefined();
    for (const on of ['yesterday', '120', '2026-02-30']) {
      expect(codeOf(await ask(`/v1/tokens?on=${on}`))).toEqual([400, 'invalid-query']);
    }
  });

  test('its history says who took it away, and why', async () => {
    const { id: grant } = await issue();
    const revoked = (await revoke(grant)).body as OutcomeDocument;
    const { body } = await ask(`/v1/tokens/${grant}/history`, undefined, administrator, seen(revoked));
    expect((body as { items: object[] }).items).toMatchObject([
      { type: 'AccessGranted', reason: null },
      { type: 'AccessRevoked', reason: { code: 'other', text: reason.text } },
    ]);
    const one = await ask(`/v1/tokens/${grant}`);
    expect(one).toMatchObject({ status: 200, body: { data: { status: 'revoked' }, revision: 1 } });
    expect(one.headers.get('etag')).toBe('"1"');
  });

  test('pages of the list have each grant once', async () => {
    const made = [await issue(), await issue(), await issue()];
    const ids: string[] = [];
    for (let after = ''; ;) {
      const { body } = await ask(`/v1/tokens?limit=2${after}`, undefined, administrator, seen(...made));
      const { items, next } = body as { items: { id: string }[]; next: string | null };
      ids.push(...items.map((item) => item.id));
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(made.map((one) => one.id)));
  });

  test('a clock that steps back revives nothing, and one that ran ahead costs later tokens nothing', async () => {
    const { token } = await issue({ expiresIn: 3600 });
    now += 5 * 3_600_000;
    expect(await uses(token)).toEqual([401, 'token-expired']);
    now -= 4.5 * 3_600_000;
    const { token: later } = await issue({ expiresIn: 3600 });
    expect([await uses(token), await uses(later)]).toEqual([
      [401, 'token-expired'],
      [200, undefined],
    ]);
    now -= 3_600_000;
    expect(await uses(later)).toEqual([200, undefined]);
    now += 2 * 3_600_000;
    expect(await uses(later)).toEqual([401, 'token-expired']);
  });
});

describe('of a data folder', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'attest-access-'))));
  let running: Attest | undefined;
  const begin = async () => (running = await startAttest(settings()));
  afterEach(() => running?.close());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const settings = () =>
    readSettings({ ATTEST_DATA: folder, ATTEST_PORT: '0', LOG_LEVEL: 'error', ATTEST_METRICS: 'off' });
  const file = () => join(folder, 'admin.token');
  const read = () => readFileSync(file(), 'utf8').trim();
  const attest = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((done) =>
      execFile(process.execPath, [compiledMain(), 'token', ...args, '--data', folder], (fault, out, err) =>
        done({ code: fault ? Number(fault.code) : 0, out: out.trim(), err: err.trim() }),
      ),
    );

  test('the token of version 0.1.0 is replaced, and a revoked one stays so after a restart', async () => {
    const first = await begin();
    const granted = read();
    await first.close();
    const use = async ({ url }: Attest, token: string) => {
      const { status, body } = await send(url, token, '/v1/tokens/nonsense');
      return status === 401 ? (body as ProblemDocument).code : 'accepted';
    };
    const key = readFileSync(join(folder, 'secrets', 'token-signing-key.pem'), 'utf8');
    const roles = { '*': ['administrator' as const] };
    const old = await Tokens.fromPem(key).issue({ actor: crypto.randomUUID(), roles, expiresIn: DAY });
    writeFileSync(file(), `${old}\n`);

    const second = await begin();
    const replaced = read();
    expect([replaced === old, replaced === granted]).toEqual([false, false]);
    const uses = [await use(second, old), await use(second, replaced), await use(second, granted)];
    expect(uses).toEqual(['token-unknown', 'accepted', 'accepted']);
    const { jti } = claimsOf(granted);
    expect((await send(second.url, replaced, `/v1/tokens/${jti}/revoke-access`, { reason })).status).toBe(200);
    await second.close();

    const third = await begin();
    expect(read()).toBe(replaced);
    expect(await use(third, granted)).toEqual('token-revoked');
    await third.close();
  }, 120_000);

  /** Until the registers of a new ledger are there, and show what was recorded. */
  async function waited(url: string, token: string, position: string): Promise<number> {
    for (let look = 0; look < 100; look += 1) {
      const { status } = await send(url, token, '/v1/projects', undefined, { 'attest-min-position': position });
      if (status !== 503) return status;
      await delay(100);
    }
    return 503;
  }

  test('attest token creates, lists and revokes, in words and as JSON', async () => {
    const one = await begin();
    const created = await attest('create', '--actor', 'Amal', '--role', 'officer', '--project', '*', '--json');
    const { id: grant, token, position } = JSON.parse(created.out) as IssuedToken;
    expect(await waited(one.url, token, position)).toBe(200);
    const listed = await attest('list');
    expect(listed.out).toMatch(new RegExp(`^${grant} +Amal +officer +\\* +`, 'm'));
    expect(listed.out).not.toContain(token);
    const revoked = await attest('revoke', grant, '--reason', 'The phone was lost.');
    expect(revoked).toEqual({ code: 0, out: 'Revoked: it holds no longer.', err: '' });
    expect(codeOf(await send(one.url, token, '/v1/projects'))).toEqual([401, 'token-revoked']);
    const again = await attest('revoke', grant, '--reason', 'The phone was lost.', '--json');
    expect(JSON.parse(again.out)).toMatchObject({ code: 'already-so' });
    const unknown = await attest('revoke', 'nonsense', '--reason', 'x');
    expect(unknown).toEqual({ code: 2, out: '', err: 'There is nothing with the id nonsense here.' });
    const nowhere = ['--project', '018f3f5e-0000-7000-8000-00000000ffff'];
    const refused = await attest('create', '--actor', 'Amal', '--role', 'officer', ...nowhere);
    expect([refused.code, refused.err]).toEqual([2, 'There is no such project.']);
  }, 120_000);
});
