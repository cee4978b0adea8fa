import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { compiledMain } from '#hosting/src/program.js';
import { openUnbound } from '#hosting/src/database.js';
import { startDouble, type Double } from '../../../test/kurrentdb/double.js';
import { dataFolder, start, until, type Started } from './started.js';
import { describeLong } from '../../../test/support/long.js';

/** The ledger of the example (LIBMITAF) goes from PostgreSQL to KurrentDB's protocol double and back again. */

const place = dataFolder();
const at = (name: string) => join(place.folder, name);
const golden = join(import.meta.dirname, '../../../test/golden/ledger-0.1.0.backup');
const root = '5a49c64013fabe9a37d717964f56a143f0b843376812469a16dbc38f29b7bba0';
const events = 313;
const libmitaf = 'cc6c8fd9-a1fa-5a8c-8925-b951804bb7dc';
const reports = ['c6794cb8-fe76-5042-86d7-2046d25650a3', '579f722b-76ff-5b8f-8e56-e4ecdbdec916'];

let double: Double;

describeLong('attest log copy', () => {
  beforeAll(async () => {
    mkdirSync(place.folder, { recursive: true });
    double = await startDouble();
    expect(await attest(['restore', golden, '--data', at('postgres')])).toMatchObject({ code: 0 });
  }, 60_000);
  afterAll(async () => {
    await double?.stop();
    place.remove();
  });

  /** The double answers in this process: so the command runs beside it. */
  async function attest(args: readonly string[], more: Record<string, string> = {}) {
    const child = spawnAttest(args, more);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { code, out, err };
  }
  const spawnAttest = (args: readonly string[], more: Record<string, string> = {}) =>
    spawn(process.execPath, [compiledMain(), ...args], {
      env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'warn', ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  const onKurrent = (ledger: string) => ({
    EVENT_STORE: 'kurrentdb',
    KURRENTDB_URL: double.url,
    ATTEST_LEDGER: ledger,
  });
  const copy = (args: readonly string[], ledger = 'first') =>
    attest(['log', 'copy', ...args], { ATTEST_LEDGER: ledger });
  const toKurrent = (vault: string) => ['--from', at('postgres'), '--to', double.url, '--to-vault', at(vault)];

  /** What people see: both submitted reports byte for byte, the lineage's events with their ordinals, a figure as of then. */
  async function shown(attest: Started): Promise<Record<string, string>> {
    const { token } = (await (
      await attest.ask('/v1/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ actor: 'reader', roles: ['auditor'], project: libmitaf, expiresIn: 3_600 }),
      })
    ).json()) as { token: string };
    const project = `/v1/projects/${libmitaf}`;
    const paths = [
      ...reports.map((id) => `${project}/reports/${id}/document?format=json`),
      ...[`${project}/activities?asOf=200`, `${project}/indicators?asOf=${events}`, `${project}/plans?asOf=100`],
    ];
    const found: Record<string, string> = {};
    for (const path of paths) {
      const read = () => fetch(attest.url + path, { headers: { authorization: `Bearer ${token}` } });
      await until(async () => (await read()).status === 200);
      found[path] = await (await read()).text();
    }
    return found;
  }

  /** The order, as the sequencer stored it. */
  const orderIn = (name: string) =>
    asOwner(name, async (client) => {
      const { rows } = await client.query<object>(
        `select ordinal, event_id, scope, scope_ordinal, known_at, leaf from read.sequence where ordinal <= ${events} order by ordinal`,
      );
      return rows;
    });

  let original: { shown: Record<string, string>; order: unknown[] };

  test('to KurrentDB: the same by count and root; ordinals, reports and answers as of then are the same', async () => {
    const told = await copy([...toKurrent('on-kurrent'), '--json']);
    expect(told).toMatchObject({ code: 0 });
    const both = { events, root };
    expect(JSON.parse(told.out)).toMatchObject({ isSame: true, copied: { from: both, to: both, difference: null } });
    // Only now does anything start on the source: its log goes on.
    const postgres = await start(at('postgres'));
    original = { shown: await shown(postgres), order: [] };
    await postgres.end();
    original.order = await orderIn('postgres');
    expect(original.order).toHaveLength(events);

    const kurrent = await start(at('on-kurrent'), onKurrent('first'));
    expect(await shown(kurrent)).toEqual(original.shown);
    await kurrent.end();
    expect(await orderIn('on-kurrent')).toEqual(original.order);
  }, 180_000);

  test('and back: the same again', async () => {
    const { KURRENTDB_URL: url } = onKurrent('first');
    const back = await copy(['--from', url, '--from-vault', at('on-kurrent'), '--to', at('again')]);
    expect(back).toMatchObject({
      code: 0,
      out: expect.stringContaining('The same: by count, and by the root') as unknown,
    });
    const again = await start(at('again'));
    expect(await shown(again)).toEqual(original.shown);
    await again.end();
    expect(await orderIn('again')).toEqual(original.order);
  }, 120_000);

  describe('cut off half-way', () => {
    test('on the way to KurrentDB it goes on, and what is half does not start', async () => {
      const held = double.holdBack('ReportRequested');
      const child = spawnAttest(['log', 'copy', ...toKurrent('cut')], { ATTEST_LEDGER: 'cut' });
      await held.reached(0);
      child.kill('SIGKILL');
      await new Promise((done) => child.once('close', done));
      await held.release();
      const half = await attest(['start', '--data', at('cut')], { ATTEST_PORT: '0', ...onKurrent('cut') });
      expect(half).toMatchObject({
        code: 2,
        err: expect.stringContaining('run the same attest log copy again') as unknown,
      });
      const { repeats } = double;
      expect(await copy([...toKurrent('cut'), '--json'], 'cut')).toMatchObject({ code: 0 });
      // Nothing that was there was sent again, nor staged anew beside it.
      expect(double.repeats).toBe(repeats);
      const staged = double.events.filter(({ stream }) => /^cut-\d+\./.test(stream));
      const count = 'select count(*)::int as count from events';
      const { rows } = await asOwner('postgres', (client) => client.query<{ count: number }>(count));
      expect(staged).toHaveLength(rows[0]!.count);
    }, 120_000);
  });

  describe('compared again', () => {
    const again = (name: string, ledger: string) => copy([...toKurrent(name), '--json'], ledger);
    const told = ({ out }: { out: string }) => (JSON.parse(out) as { copied: { difference: string | null } }).copied;

    test('what is there already is compared only', async () => {
      expect(await again('cut', 'cut')).toMatchObject({ code: 0 });
    }, 60_000);

    test('a byte that was changed at the target is noticed', async () => {
      const one = double.events.findLast(({ stream }) => /^cut-\d+\./.test(stream))!;
      one.data[one.data.length - 3]! ^= 1;
      const found = await again('cut', 'cut');
      one.data[one.data.length - 3]! ^= 1;
      expect(found.code).toBe(3);
      expect(told(found).difference).toMatch(/Over \d+ events the one comes to the root [0-9a-f]{64}, the other to/);
    }, 60_000);

    test('a byte that was changed at the source since it was recorded is noticed', async () => {
      const change = (sign: string) =>
        asOwner('postgres', async (client) => {
          await client.query('alter table events disable trigger refuse_change');
          await client.query(
            `update events set recorded_at = recorded_at ${sign} interval '1 ms' where position = 100`,
          );
          await client.query('alter table events enable always trigger refuse_change');
        });
      await change('+');
      const found = await copy(['--from', at('postgres'), '--to', at('tampered'), '--json']);
      expect(found.code).toBe(3);
      expect(told(found).difference).toContain('is not what it was');
      // It goes no further: what is not proved does not start.
      const started = await attest(['start', '--data', at('tampered')], { ATTEST_PORT: '0' });
      expect(started).toMatchObject({ code: 2, err: expect.stringContaining('attest log copy') as unknown });
      await change('-');
    }, 120_000);

    test('a place that is used, or cannot be meant, is told in one sentence', async () => {
      const kurrent = double.url;
      for (const [args, sentence] of [
        [['--from', at('postgres'), '--to', at('postgres')], 'name the same database'],
        [['--from', at('nothing'), '--to', at('new')], 'There is no ledger in'],
        [['--from', at('postgres'), '--to', kurrent], 'with --to-vault'],
        [['--from', at('postgres'), '--to', at('new'), '--to-vault', at('b')], '--to-vault goes with KurrentDB'],
        [['--from', at('postgres'), '--to', 'mysql://a:b@c/d'], '--to takes a data folder'],
        [['--from', at('on-kurrent'), '--to', at('new')], 'has its log in kurrentdb:first, not in postgres'],
        [['--from', at('postgres'), '--to', at('on-kurrent')], 'belongs to the log in kurrentdb:first'],
        [['--from', 'postgres://nobody:x@127.0.0.1:1/none', '--to', at('new')], '--from cannot be read'],
      ] as const) {
        const { code, err } = await copy(args);
        expect({ args, code, err }).toEqual({ args, code: 2, err: expect.stringContaining(sentence) as unknown });
        expect(err.trim().split('\n').at(-1)).toContain(sentence);
      }
    }, 120_000);

    test('a start with another log than the database belongs to is refused, and names the way over', async () => {
      const wrong = await attest(['start', '--data', at('on-kurrent')], { ATTEST_PORT: '0' });
      expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('attest log copy') as unknown });
      const other = await attest(['start', '--data', at('postgres')], { ATTEST_PORT: '0', ...onKurrent('third') });
      expect(other).toMatchObject({
        code: 2,
        err: expect.stringContaining('belongs to the log in PostgreSQL') as unknown,
      });
      // A new database beside a log that has its own.
      const fresh = await attest(['start', '--data', at('fresh')], { ATTEST_PORT: '0', ...onKurrent('first') });
      expect(fresh).toMatchObject({ code: 2, err: expect.stringContaining('this database is new') as unknown });
      // Another server, on which a log of that name is not.
      const elsewhere = await startDouble();
      const moved = { ATTEST_PORT: '0', ...onKurrent('first'), KURRENTDB_URL: elsewhere.url };
      const lost = await attest(['start', '--data', at('on-kurrent')], moved);
      await elsewhere.stop();
      expect(lost).toMatchObject({ code: 2, err: expect.stringContaining('does not hold the log') as unknown });
    }, 120_000);
  });

  async function asOwner<T>(name: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const database = await openUnbound({ dataFolder: at(name) }, () => undefined);
    const client = new pg.Client(database.owner());
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
      await database.stop();
    }
  }
});
