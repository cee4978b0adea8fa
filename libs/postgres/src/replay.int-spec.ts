import { jest } from '@jest/globals';
import type { ReplayDifference } from '#event-sourcing';
import { factRegister, groupRegister, id, toyPosting, toyRegisters, world, type World } from './projection-fixtures.js';
import { replay, type ReplayOptions, type ReplayProgress } from './replay.js';

let toy: World;
beforeEach(async () => {
  toy = await world();
});
afterEach(() => toy.end());

const state = (number: number, count = 1, group = 10) =>
  toy.log.record('fact', id(100 + number), 'FactStated', { kind: 'visit', count, on: '2022-02-02', group: id(group) });
const define = (version: number, kind = 'visit') =>
  toy.log.record('indicator', id(500), 'IndicatorDefined', { kind, version });

/** Facts before and after definitions, stated again, voided, turned over; all of it live. */
async function history(): Promise<void> {
  toy.run({ batch: 7 });
  toy.log.record('group', id(10), 'GroupNamed', { label: 'north' });
  for (let number = 0; number < 20; number++) state(number % 8, number, 10 + (number % 2));
  define(1);
  await toy.caughtUp();
  toy.log.record('fact', id(101), 'FactVoided', {});
  for (let number = 0; number < 20; number++) state(number % 9, number * 2, 10 + (number % 3));
  toy.log.record('group', id(11), 'GroupTurned', { kind: 'workshop' });
  define(2, 'workshop');
  state(3, 77);
  await toy.caughtUp();
  await toy.filled();
}

async function replayed(to = toy.log.stored.length, options: Partial<ReplayOptions> = {}): Promise<ReplayProgress> {
  const { connection, log: store, models: reads, ledger } = toy;
  let last: ReplayProgress | undefined;
  const base = {
    connection,
    store,
    ledgerSecret: Buffer.alloc(32, 1),
    registers: toyRegisters,
    postings: [toyPosting],
  };
  await replay({ ...base, live: { reads, ledger }, batch: 10, ...options }, to, (told) => (last = told));
  return last!;
}

async function found(to?: number): Promise<ReplayDifference> {
  const { state: outcome, difference } = await replayed(to);
  expect(outcome).toBe('different');
  return difference!;
}

const temporary = `select count(*)::int as count from pg_class where relpersistence = 't'`;

test('is identical over a history, up to any event of it, while more is recorded', async () => {
  await history();
  const end = toy.log.stored.length;
  for (const to of [end, end - 1, Math.ceil(end / 2), 21, 1, 0]) {
    const recording = state(5, to);
    const { root, ...outcome } = await replayed(to);
    expect(outcome).toMatchObject({ state: 'identical', step: 'done', compared: { events: to }, difference: null });
    expect(root).toBe((await toy.models.rootAt(to)).toString('hex'));
    expect(await toy.models.waitFor(recording, 20_000)).toBe(true);
  }
  const { compared } = await replayed(end);
  expect(compared.rows).toBeGreaterThan(80);
  expect(compared.entries).toBeGreaterThan(80);
});

test('tells how far it is, and leaves nothing behind, also when it is ended in the middle', async () => {
  await history();
  const { rows: before } = await toy.owner.query('select name, generation, state from read.projections order by 1, 2');
  const steps = new Set<string>();
  const ending = new AbortController();
  const { connection, log: store, models: reads, ledger } = toy;
  const options = {
    connection,
    store,
    ledgerSecret: Buffer.alloc(32, 1),
    registers: toyRegisters,
    postings: [toyPosting],
  };
  await replay({ ...options, live: { reads, ledger } }, store.stored.length, ({ step }) => steps.add(step));
  expect([...steps]).toEqual(['folding', 'rows', 'entries', 'done']);
  const ended = replay({ ...options, live: { reads, ledger }, batch: 5, signal: ending.signal }, 40, () =>
    ending.abort(),
  );
  await expect(ended).rejects.toThrow();
  // The server drops them as soon as it sees that the connection is gone.
  while ((await toy.owner.query<{ count: number }>(temporary)).rows[0]!.count > 0);
  const { rows: after } = await toy.owner.query('select name, generation, state from read.projections order by 1, 2');
  expect(after).toEqual(before);
});

describe('finds what was changed by hand, and names its event', () => {
  const change = async (sql: string) => expect((await toy.owner.query(sql)).rowCount).toBe(1);
  const facts = 'read."toy-facts:1"';
  let table: string;
  beforeEach(async () => {
    await history();
    const { rows } = await toy.pool.query<{ generation: number }>(
      `select generation from read.projections where name = 'indicator-ledger' and state = 'live'`,
    );
    table = facts.replace(':1', `:${rows[0]!.generation}`);
  });

  test('a row', async () => {
    await change(`update ${table} set document = jsonb_set(document, '{count}', '999') where from_ordinal = 26`);
    expect(await found()).toEqual({
      where: 'toy-facts',
      key: `fact:${id(102)}`,
      event: { ordinal: 26, id: id(1_000_026), type: 'FactStated' },
      detail: 'document.count is 999, and comes to 4',
    });
    // As of before, nothing is wrong.
    expect(await replayed(25)).toMatchObject({ state: 'identical' });
  });

  test('what else a row says: revision, validity, references, its event, its scope', async () => {
    for (const [column, value] of [
      ['revision', '7'],
      ['valid_from_last', `'2022-02-03'`],
      ['refs', `array['other']`],
      ['event_id', `'${id(1)}'`],
      ['scope', `'ledger'`],
    ]) {
      const was = `(select ${column} from ${table} where from_ordinal = 26)`;
      await toy.owner.query(`create table kept as select ${column} as value from ${table} where from_ordinal = 26`);
      await change(`update ${table} set ${column} = ${value} where from_ordinal = 26 and ${was} is not null`);
      expect((await found()).detail).toContain(`${column}`);
      await change(`update ${table} set ${column} = (select value from kept) where from_ordinal = 26`);
      await toy.owner.query('drop table kept');
    }
    expect(await replayed()).toMatchObject({ state: 'identical' });
  });

  test('the end of a version, with the event that ended it', async () => {
    await change(`update ${table} set to_ordinal = 24 where from_ordinal = 20`);
    expect(await found()).toMatchObject({
      event: { ordinal: 24 },
      detail: 'to_ordinal is 24, and comes to 26',
    });
  });

  test('a row that is missing, and one too many; the first of two', async () => {
    await change(`delete from ${table} where from_ordinal = 30`);
    expect(await found()).toMatchObject({
      event: { ordinal: 30 },
      detail: expect.stringMatching(/^it is missing/) as string,
    });
    await change(`insert into ${table} select 'fact:${id(999)}', scope, 22, 23, valid_from_first, valid_from_last, valid_from_not_stated,
      valid_to_first, valid_to_last, valid_to_not_stated, revision, document, refs, event_id from ${table} where from_ordinal = 26`);
    expect(await found()).toMatchObject({
      key: `fact:${id(999)}`,
      event: { ordinal: 22 },
      detail: expect.stringMatching(/nothing in the log makes it$/) as string,
    });
  });

  test('an entry of the ledger, one too many, and a definition', async () => {
    const entries = table.replace('toy-facts', 'indicator-ledger');
    const one = `ordinal = 26 and breakdown = '' and sign = 1 and definition = 1`;
    await change(`update ${entries} set value = value + 1 where ${one}`);
    expect(await found()).toEqual({
      where: 'indicator-ledger',
      key: `fact:${id(102)} in indicator ${id(500)}`,
      event: { ordinal: 26, id: id(1_000_026), type: 'FactStated' },
      detail: 'value is "5", and comes to "4"',
    });
    await change(`update ${entries} set value = value - 1 where ${one}`);
    await change(`insert into ${entries} select * from ${entries} where ${one}`);
    expect((await found()).detail).toMatch(/nothing in the log makes it$/);
    await toy.owner.query(`delete from ${entries} where ctid = (select max(ctid) from ${entries} where ${one})`);
    await change(`insert into ${entries} select indicator, 9, breakdown, ordinal, event_id, scope, occurred_from, occurred_to, value,
      sign, fact, token, dimensions from ${entries} where ${one}`);
    expect((await found()).detail).toMatch(/"definition":9.*nothing in the log makes it$/);
    await change(`delete from ${entries} where definition = 9`);
    await change(
      `update read.definition_fills set definition = jsonb_set(definition, '{kind}', '"other"') where version = 2`,
    );
    expect(await found()).toMatchObject({
      key: `definition 2 of indicator ${id(500)}`,
      event: { type: 'IndicatorDefined' },
      detail: 'definition.kind is "other", and comes to "workshop"',
    });
  });

  test('a leaf, and anything else of the order', async () => {
    await change(`update read.sequence set leaf = replace(leaf, '"hash":"', '"hash":"0') where ordinal = 12`);
    expect(await found()).toMatchObject({
      where: 'order',
      event: { ordinal: 12, id: id(1_000_012) },
      detail: expect.stringMatching(/^leaf is .*is not what it was$/) as string,
    });
    await change(`update read.sequence set actor = 'nobody' where ordinal = 5`);
    expect(await found()).toMatchObject({
      event: { ordinal: 5 },
      detail: `actor is "nobody", and comes to "${id(1)}"`,
    });
    await change(`delete from read.sequence where ordinal = 3`);
    expect(await found()).toMatchObject({
      event: { ordinal: 3 },
      detail: expect.stringMatching(/^it is missing/) as string,
    });
  });

  test('a root that is answered otherwise than the leaves come to', async () => {
    const rootAt = jest.spyOn(toy.models, 'rootAt').mockResolvedValueOnce(Buffer.alloc(32, 7));
    expect(await found()).toMatchObject({
      where: 'order',
      detail: expect.stringMatching(/^the root is answered as 0707/) as string,
    });
    rootAt.mockRestore();
  });

  test('an event of the log: its data, and one that is gone', async () => {
    const event = toy.log.stored[17]!;
    toy.log.stored[17] = { ...event, data: event.data.replace('"count":16', '"count":61') };
    expect(await found()).toMatchObject({
      where: 'order',
      event: { ordinal: 18, id: id(1_000_018), type: 'FactStated' },
      detail: expect.stringMatching(/is not what it was$/) as string,
    });
    toy.log.stored[17] = event;
    toy.log.stored.pop();
    expect(await found(46)).toMatchObject({ where: 'order', event: { ordinal: 46 } });
  });
});

test('names the event that a fold refuses now', async () => {
  await history();
  const refusing = {
    ...groupRegister,
    evolve: {
      ...groupRegister.evolve,
      GroupNamed: () => {
        throw new Error('no such label');
      },
    },
  };
  const registers = [factRegister, refusing, toyRegisters[2]!];
  expect((await replayed(undefined, { registers })).difference).toMatchObject({
    where: 'toy-groups',
    event: { ordinal: 1, type: 'GroupNamed' },
    detail: 'it is refused now, and was not before: toy-groups: no such label',
  });
});
