import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { registers } from '#catalogue';
import type { OutcomeDocument } from '#http';
import { versionsOf } from '#postgres/src/register-table.js';
import { compiledMain } from '#hosting/src/program.js';
import { withDatabase } from '../src/backup/reach.js';
import { readSettings } from '#hosting/src/settings/settings.js';
import { dataFolder, run, start, until, type Started } from './started.js';

/** A backup is taken beside live traffic, restored into a new place, and everything compared. */

const place = dataFolder();
const folder = place.folder;
const at = (name: string) => join(folder, name);
const project = '018f3f5e-0000-7000-8000-000000000001';
const secretNote = 'Mrs Example was ill on the second day.';
afterAll(() => {
  for (const name of ['original', 'restored', 'older', 'golden']) {
    const note = join(at(name), 'postgres-is-in.txt');
    if (existsSync(note)) rmSync(join(readFileSync(note, 'utf8').trim(), '..'), { recursive: true, force: true });
  }
  place.remove();
});

const post = async ({ ask }: Started, path: string, key: string, body: object): Promise<OutcomeDocument> => {
  const answer = await ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as OutcomeDocument;
};
const hold = (attest: Started, n: number) =>
  post(attest, `/v1/projects/${project}/trainings`, `training ${n}`, {
    kind: 'training',
    title: `Training ${n}`,
    occurredOn: '2022-05',
    note: n === 1 ? secretNote : `Note ${n}`,
  });
const backup = (...args: string[]) =>
  JSON.parse(run(['backup', '--json', ...args]).stdout) as {
    file: string;
    events: number;
    texts: number;
    root: string;
  };
const restore = (...args: string[]) => run(['restore', ...args]);

/** Everything that a ledger holds, by table; of registers and ledger the live generation. */
async function all(data: string, upTo: number): Promise<Record<string, unknown[]>> {
  const settings = readSettings({}, { data });
  return withDatabase(
    settings,
    () => undefined,
    async (connection) => {
      const pool = new pg.Pool({ ...connection, max: 1 }).on('error', () => undefined);
      const rows = async (sql: string) => (await pool.query({ text: sql, rowMode: 'array' })).rows;
      const tables: Record<string, unknown[]> = {
        events: await rows(`select * from events where position <= ${upTo} order by position`),
        texts: await rows(`select t.* from texts t join events e on e.id = event_id and e.position <= ${upTo}
        order by event_id, pointer`),
        ledger: await rows('select secret from ledger'),
        sequence: await rows(`select * from read.sequence where ordinal <= ${upTo} order by ordinal`),
      };
      for (const { name } of registers) {
        tables[name] = await rows(`select key, scope, from_ordinal, document, event_id from ${versionsOf(name)}
        where from_ordinal <= ${upTo} order by key, from_ordinal`);
      }
      await pool.end();
      return tables;
    },
  );
}

let attest: Started;
let token: string;
let grant: string;
let taken: ReturnType<typeof backup>;
let before: Record<string, unknown[]>;
const managing = (started: Started): Started => ({
  ...started,
  ask: (path, { headers, ...init } = {}) =>
    fetch(started.url + path, { ...init, headers: { authorization: `Bearer ${token}`, ...(headers as object) } }),
});

beforeAll(async () => {
  mkdirSync(at('original'));
  attest = await start(at('original'));
  await post(attest, '/v1/projects', 'project', {
    ...{ id: project, reference: 'LY', title: 'A project', timeZone: 'UTC', start: '2022', currency: 'EUR' },
  });
  ({ token, id: grant } = (await (
    await attest.ask('/v1/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ actor: 'manager', roles: ['manager', 'officer'], project, expiresIn: 3_600 }),
    })
  ).json()) as { token: string; id: string });
  const asManager = managing(attest);
  const first = await hold(asManager, 1);
  await post(asManager, `/v1/projects/${project}/redactions/${first.id}/redact-text`, 'redaction', {
    event: first.events[0]!.id,
    pointer: '/data/note',
    reason: { code: 'other', text: 'It names a person.' },
  });

  // Beside live traffic: it goes on until the backup is there.
  const child = spawn(process.execPath, [
    ...[compiledMain(), 'backup', '--data', at('original')],
    ...['--to', at('live.backup'), '--json'],
  ]);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise((done) => child.once('close', done));
  let n = 1;
  while (child.exitCode === null) await hold(asManager, (n += 1));
  await ended;
  taken = JSON.parse(out) as typeof taken;
  expect(n).toBeGreaterThan(5);
  const last = await hold(asManager, n + 1);
  await until(
    async () =>
      (
        await attest.ask(`/v1/projects/${project}/trainings?limit=1`, {
          headers: { 'attest-min-position': last.position },
        })
      ).ok,
  );
  await attest.end();
  before = await all(at('original'), taken.events);
}, 120_000);

test('the archive is for its owner alone, and holds no text that was redacted', () => {
  expect(statSync(taken.file).mode & 0o777).toBe(0o600);
  const text = gunzipSync(readFileSync(taken.file)).toString();
  expect(text).toContain('Note 2');
  expect(text).not.toContain(secretNote);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(run(['backup', '--data', at('original'), '--to', taken.file]).stderr).toContain('is there already');
});

test('restored, everything is as it was: log, texts, order, roots, registers; tokens hold, and recording goes on', async () => {
  const told = restore(taken.file, '--data', at('restored'), '--json');
  expect(told.status).toBe(0);
  expect(JSON.parse(told.stdout)).toMatchObject({ events: taken.events, root: taken.root, recorded: null });
  const restored = await start(at('restored'));
  const list = () =>
    fetch(`${restored.url}/v1/projects/${project}/trainings?limit=2`, {
      headers: { authorization: `Bearer ${token}` },
    });
  // 503 while the registers are being filled.
  await until(async () => (await list()).status === 200);
  // What was recorded before it was taken is found again; what came after is not there, and can be sent again.
  const asManager = managing(restored);
  expect(await hold(asManager, 1)).toMatchObject({ code: 'already-recorded' });
  const next = await hold(asManager, 9_999);
  expect(BigInt(next.position)).toBeGreaterThan(BigInt(taken.events));
  await until(async () => {
    const { items } = (await (await restored.ask('/v1/registers')).json()) as { items: { isLive: boolean }[] };
    return items.length > 0 && items.every(({ isLive }) => isLive);
  });
  await restored.end();
  expect(await all(at('restored'), taken.events)).toEqual(before);
}, 120_000);

test('a place that is used, and a file that is none, are refused, and nothing is left behind', () => {
  const used = restore(taken.file, '--data', at('restored'));
  expect(used).toMatchObject({ status: 2 });
  expect(used.stderr).toContain('is there already: restore into a folder that is new or empty');
  for (const [name, bytes, sentence] of [
    ['cut.backup', readFileSync(taken.file).subarray(0, 2_000), 'is cut off'],
    ['text.backup', Buffer.from('not a backup'), 'is no backup'],
    [
      'changed.backup',
      gzipSync(gunzipSync(readFileSync(taken.file)).toString().replace('"Training 3', '"Training 4')),
      'root come to',
    ],
  ] as const) {
    writeFileSync(at(name), bytes);
    const { status, stderr } = restore(at(name), '--data', at('nowhere'));
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(sentence) as unknown });
    expect(existsSync(at('nowhere'))).toBe(false);
    // Looked at alone it is found to be so.
    expect(restore(at(name), '--check')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(sentence) as unknown,
    });
  }
}, 60_000);

test('a folder of its own stays, empty as it was, after a restore that failed; a lock alone is no ledger', () => {
  mkdirSync(at('mine'));
  for (const name of ['lock', 'lock.json']) writeFileSync(join(at('mine'), name), '');
  const { status, stderr } = restore(at('changed.backup'), '--data', at('mine'));
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('root come to') as unknown });
  expect(readdirSync(at('mine'))).toEqual([]);
}, 60_000);

test('a place or a file that cannot be meant is told in one sentence', () => {
  writeFileSync(at('file'), '');
  for (const [args, sentence] of [
    [['restore', folder], 'is a folder: name a file in it.'],
    [['restore', taken.file, '--known', folder], 'is a folder: name a file in it.'],
    [['restore', taken.file, '--data', at('file')], 'is a file: name a folder with --data.'],
    [['backup', '--data', at('original'), '--to', join(at('file'), 'x')], 'x.part cannot be written (ENOTDIR)'],
    [['backup', '--data', at('original'), '--to', '/proc/x'], '/proc/x.part cannot be written (ENOENT)'],
  ] as const) {
    const { status, stderr } = run(args);
    expect({ args, status, stderr }).toEqual({ args, status: 2, stderr: expect.stringContaining(sentence) as unknown });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
}, 60_000);

describe('a backup that is older than what the ledger has given out', () => {
  const older = at('older.backup');
  /** Of the original's first events: what a backup of then would have been. */
  let text: { thing: string; event: string; pointer: string };
  beforeAll(async () => {
    copyFileSync(taken.file, older);
    const later = await start(at('original'));
    const second = await hold(managing(later), 2);
    text = { thing: second.id, event: second.events[0]!.id, pointer: '/data/note' };
    const { event, pointer } = text;
    const redact = `/v1/projects/${project}/redactions/${second.id}/redact-text`;
    await post(managing(later), redact, 'redaction 2', { event, pointer, reason: { code: 'other', text: 'A name.' } });
    await post(later, `/v1/tokens/${grant}/revoke-access`, 'revocation', { reason: { code: 'other', text: 'Lost.' } });
    await later.end();
    taken = backup('--data', at('original'), '--to', at('later.backup'));
  });
  const restoreOlder = (...args: string[]) =>
    restore(older, '--data', at('older'), '--known', at('later.backup'), ...args);

  test('is refused without a reason, and leaves nothing', () => {
    const { status, stderr } = restoreOlder();
    expect(status).toBe(2);
    expect(stderr).toMatch(/later\.backup shows that the ledger had \d+: \d+ would be gone/);
    expect(existsSync(at('older'))).toBe(false);
  });

  test.each([
    ['', 0],
    [' \n ', 0],
    ['a'.repeat(2_001), '2,001'],
  ])('is refused with a reason that is none', (reason, length) => {
    const { status, stderr } = restoreOlder('--reason', reason);
    expect(status).toBe(2);
    expect(stderr).toContain(`--reason has ${length} characters`);
    expect(existsSync(at('older'))).toBe(false);
  });

  test('is restored with one, which is an event of the ledger', async () => {
    const { status, stdout } = restoreOlder('--reason', 'The disk with the later ones is lost.');
    expect(status).toBe(0);
    expect(stdout).toContain('is recorded');
    // What was taken back since is there again, and is named.
    expect(stdout).toContain('Revocations and redactions since the backup are gone: revoke and redact again.');
    expect(stdout).toContain(`Holds again: grant ${grant} `);
    expect(stdout).toContain(`Is there again: the text /data/note of event ${text.event}, of ${text.thing}.`);
    const settings = readSettings({}, { data: at('older') });
    const last = await withDatabase(
      settings,
      () => undefined,
      async (connection) => {
        const pool = new pg.Pool({ ...connection, max: 1 }).on('error', () => undefined);
        const { rows } = await pool.query<{ type: string; data: string; text: string }>(
          'select type, data, text from events join texts on event_id = id order by position desc limit 1',
        );
        await pool.end();
        return rows[0];
      },
    );
    expect(last).toMatchObject({ type: 'LedgerRestored', text: 'The disk with the later ones is lost.' });
    expect(JSON.parse(last!.data)).toMatchObject({
      known: { ordinal: taken.events, root: taken.root, shownBy: 'backup' },
    });
    // Restored, and never started: it is a ledger.
    const ofRestored = run(['registers', '--data', at('older'), '--json']);
    expect(ofRestored).toMatchObject({ status: 0 });
  }, 90_000);

  test('a backup of another history than what is shown is refused whatever the reason', () => {
    const report = at('report.json');
    writeFileSync(report, JSON.stringify({ cut: { ordinal: 3, root: 'ab'.repeat(32) } }));
    const { status, stderr } = restore(older, '--check', '--known', report, '--reason', 'any');
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('another history') as unknown });
    expect(restore(older, '--check', '--known', at('changed.backup')).status).not.toBe(0);
  });
});

/**
 * DANGER: the archive is never made anew. It is the ledger of the example (LIBMITAF) as version 0.1.0 backed it up; whatever
 * comes later must read it, fill its registers, and print its submitted reports as they were, byte for byte.
 */
describe('the backup that version 0.1.0 took', () => {
  const golden = join(import.meta.dirname, '../../../test/golden/ledger-0.1.0.backup');
  const root = '5a49c64013fabe9a37d717964f56a143f0b843376812469a16dbc38f29b7bba0';
  const libmitaf = 'cc6c8fd9-a1fa-5a8c-8925-b951804bb7dc';
  const reports = {
    'c6794cb8-fe76-5042-86d7-2046d25650a3': '6b30c69a61e45d94bf5b73882de23c660b67fc209c168984e6791cdd11070982',
    '579f722b-76ff-5b8f-8e56-e4ecdbdec916': '4e38401ff6b10cd198a77424b0dbd412a4e11701f16ebdd1183bd8f7b9266dc1',
  };

  test('restores, and its reports come out as they were submitted', async () => {
    const { stdout, stderr } = restore(golden, '--data', at('golden'), '--json');
    expect({ ...(JSON.parse(stdout || '{}') as object), stderr }).toMatchObject({ events: 313, texts: 22, root });
    const attest = await start(at('golden'));
    // Whoever made the archive had keys; here the administrator is a new one, who reads after giving himself a role.
    const { token: reader } = (await (
      await attest.ask('/v1/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ actor: 'reader', roles: ['auditor'], project: libmitaf, expiresIn: 3_600 }),
      })
    ).json()) as { token: string };
    const read = (path: string) =>
      fetch(`${attest.url}/v1/projects/${libmitaf}/${path}`, { headers: { authorization: `Bearer ${reader}` } });
    await until(async () => (await read('reports')).status === 200 && (await read('indicators')).status === 200);
    for (const [id, hash] of Object.entries(reports)) {
      let answer = await read(`reports/${id}/document?format=json`);
      await until(async () => (answer = await read(`reports/${id}/document?format=json`)).status !== 503);
      expect(answer.status).toBe(200);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect({ id, hash: createHash('sha256').update(bytes).digest('hex') }).toEqual({ id, hash });
    }
    await attest.end();
  }, 90_000);
});
