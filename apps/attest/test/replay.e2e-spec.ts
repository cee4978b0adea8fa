import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Replay } from '#event-sourcing';
import { toldApp, type ToldApp } from './told-app.js';

/** `attest replay` over the story of LIBMITAF, told through the whole application, then with what a superuser changed. */

let told: ToldApp;
beforeAll(async () => {
  told = await toldApp();
}, 180_000);
afterAll(() => told?.close());

const replayed = async (...argv: string[]) => {
  const { code, out, err } = await told.run('replay', '--json', ...argv);
  return { code, err, replay: JSON.parse(out) as Replay };
};

test('is identical: order, rows, entries and figures; up to now, an event, a moment', async () => {
  const { code, replay } = await replayed();
  expect(replay).toMatchObject({ state: 'identical', difference: null, failure: null });
  expect(code).toBe(0);
  expect(replay.to).toBe(replay.compared.events);
  expect(replay.compared.rows).toBeGreaterThan(400);
  expect(replay.compared.entries).toBeGreaterThan(50);
  expect(replay.compared.figures).toBeGreaterThan(10);
  const half = await replayed('--to', String(Math.round(replay.to / 2)));
  expect(half).toMatchObject({ code: 0, replay: { state: 'identical', to: Math.round(replay.to / 2) } });
  expect(half.replay.root).not.toBe(replay.root);
  const before = await replayed('--to', '2000-01-01T00:00:00Z');
  expect(before).toMatchObject({ code: 0, replay: { state: 'identical', to: 0 } });
}, 120_000);

test('says it in words', async () => {
  const { code, out } = await told.run('replay');
  expect(code).toBe(0);
  expect(out).toMatch(/^Replayed [\d,]+ events, up to event [\d,]+\.\nMerkle root, computed again: [0-9a-f]{64}\n/);
  expect(out).toMatch(/\nIdentical: all that is kept is what the log comes to\.\n$/);
});

test('refuses a cut that is not reached or no cut at all, and who may not', async () => {
  expect(await told.run('replay', '--to', '99999999')).toMatchObject({ code: 2, out: '' });
  expect(await told.run('replay', '--to', 'tomorrow')).toMatchObject({ code: 2, out: '' });
  const post = (token: string, body: unknown) =>
    fetch(`${told.attest.url}/v1/replays`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    });
  expect((await post(told.connection.tokens.manager, {})).status).toBe(403);
  for (const body of [{ to: 5 }, { from: '5' }, [], 'x'])
    expect((await post(told.administrator, body)).status).toBe(400);
  // One at a time; the second is told which one it is.
  const [first, second] = [await post(told.administrator, {}), await post(told.administrator, {})];
  expect([first.status, second.status]).toEqual([202, 409]);
  const { id } = (await first.json()) as Replay;
  expect(((await second.json()) as { detail: string }).detail).toContain(id);
  for (let state = 'running'; state === 'running';) {
    const headers = { authorization: `Bearer ${told.administrator}` };
    const answer = await fetch(`${told.attest.url}/v1/replays/${id}`, { headers });
    ({ state } = (await answer.json()) as Replay);
    if (state !== 'running') expect(state).toBe('identical');
  }
  expect((await told.get('/v1/replays/none')).status).toBe(403);
}, 60_000);

describe('finds, with its event, what a superuser changed:', () => {
  const change = async (sql: string) => {
    const { rowCount } = await told.owner.query(sql);
    expect(rowCount).toBe(1);
  };
  const generation = async (name: string) =>
    (
      await told.owner.query<{ generation: number }>(
        `select generation from read.projections where state = 'live' and name = $1`,
        [name],
      )
    ).rows[0]!.generation;

  const different = async () => {
    const { code, replay } = await replayed();
    expect([code, replay.state]).toEqual([3, 'different']);
    return replay.difference!;
  };

  test('a row', async () => {
    const table = `read."training-register:${await generation('training-register')}"`;
    const one = `(select min(from_ordinal) from ${table} where document ? 'headcount')`;
    const set = (to: string) =>
      change(
        `update ${table} set document = jsonb_set(document, '{headcount,total}', ${to}) where from_ordinal = ${one}`,
      );
    const { rows } = await told.owner.query<{ ordinal: string; total: number; event_id: string }>(
      `select from_ordinal as ordinal, (document -> 'headcount' -> 'total')::int as total, event_id from ${table} where from_ordinal = ${one}`,
    );
    const { ordinal, total, event_id: id } = rows[0]!;
    await set(`'${total + 1}'`);
    expect(await different()).toMatchObject({
      where: 'training-register',
      event: { ordinal: Number(ordinal), id },
      detail: `document.headcount.total is ${total + 1}, and comes to ${total}`,
    });
    const { code, out } = await told.run('replay');
    expect(code).toBe(3);
    expect(out).toContain(`document.headcount.total is ${total + 1}, and comes to ${total}.`);
    await set(`'${total}'`);
  }, 60_000);

  test('an entry of the ledger', async () => {
    const table = `read."indicator-ledger:${await generation('indicator-ledger')}"`;
    const { rows } = await told.owner.query<{ ctid: string; ordinal: string; event_id: string }>(
      `select ctid::text, ordinal, event_id from ${table} where breakdown = '' and sign = 1 order by ordinal limit 1`,
    );
    const { ctid, ordinal, event_id: id } = rows[0]!;
    await change(`update ${table} set value = value + 1000 where ctid = '${ctid}'`);
    expect(await different()).toMatchObject({ where: 'indicator-ledger', event: { ordinal: Number(ordinal), id } });
    await told.owner.query(`update ${table} set value = value - 1000 where ordinal = ${ordinal} and value >= 1000`);
  }, 60_000);

  test('a leaf, and an event itself', async () => {
    const leaf = await told.owner.query<{ leaf: string }>('select leaf from read.sequence where ordinal = 50');
    await change(`update read.sequence set leaf = replace(leaf, '"hash":"', '"hash":"0') where ordinal = 50`);
    expect(await different()).toMatchObject({ where: 'order', event: { ordinal: 50 } });
    await told.owner.query('update read.sequence set leaf = $1 where ordinal = 50', [leaf.rows[0]!.leaf]);
    expect((await replayed()).code).toBe(0);

    await told.owner.query('alter table events disable trigger refuse_change');
    const { rows } = await told.owner.query<{ id: string; position: string }>(
      `select id, position from events where data like '%"title":%' order by position limit 1 offset 5`,
    );
    const { id, position } = rows[0]!;
    await change(`update events set data = replace(data, '"title":"', '"title":"Not ') where position = ${position}`);
    expect(await different()).toMatchObject({ where: 'order', event: { ordinal: Number(position), id } });
  }, 60_000);
});
