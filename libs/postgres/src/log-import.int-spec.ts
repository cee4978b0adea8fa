import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { StoreNotEmpty, UnacceptableEvent, type EventStore, type LogPart } from '#event-sourcing';
import { all, appendInTurn, newStream, partsOf } from '../../../test/contract/harness.js';
import { PostgresHarness } from '../../../test/contract/postgres-harness.js';

/** What of a copy lies in the database while it is not whole. What it comes to is in the contract (event-store.copies.ts). */

const here = new PostgresHarness();
const there = new PostgresHarness();
let source: EventStore;
let target: EventStore;

beforeEach(async () => {
  [source, target] = await Promise.all([here.start(), there.start()]);
  await appendInTurn(source, newStream(), 30);
});
afterEach(() => Promise.all([here.stop(), there.stop()]));

async function* cutOff(after: number): AsyncGenerator<LogPart> {
  let taken = 0;
  for await (const part of partsOf(source, 4)) {
    yield part;
    if ((taken += part.events.length) >= after) throw new Error('cut off');
  }
}

/** Where each staged row lies, and which transaction wrote it. */
const staged = async () =>
  (await there.owner.query('select position, ctid, xmin from arriving.events order by position')).rows as object[];
const isStaging = async () => {
  const { rows } = await there.owner.query(`select to_regnamespace('arriving') is not null as staging`);
  return (rows as { staging: boolean }[])[0]!.staging;
};

test('every part is kept as it comes, and what is kept is not written again', async () => {
  await expect(target.import(cutOff(8))).rejects.toThrow('cut off');
  const first = await staged();
  expect(first).toHaveLength(8);
  await expect(target.import(cutOff(20))).rejects.toThrow('cut off');
  const second = await staged();
  expect(second).toHaveLength(20);
  expect(second.slice(0, 8)).toEqual(first);
  await target.import(partsOf(source));
  expect(await isStaging()).toBe(false);
  expect(await all(target)).toEqual(await all(source));
});

test('nobody else sees it: neither the log nor the application', async () => {
  await expect(target.import(cutOff(8))).rejects.toThrow('cut off');
  expect(await target.end()).toBe(0n);
  const app = new pg.Client(there.app);
  await app.connect();
  for (const table of ['events', 'texts']) {
    await expect(app.query(`select from arriving.${table}`)).rejects.toThrow('permission denied');
  }
  await app.end();
});

test('a refusal drops it, and so does a log that has begun meanwhile', async () => {
  await expect(target.import(cutOff(8))).rejects.toThrow('cut off');
  async function* wrong(): AsyncGenerator<LogPart> {
    for await (const { events } of partsOf(source, 10)) yield { events: [...events, events[0]!], texts: [] };
  }
  await expect(target.import(wrong())).rejects.toThrow(UnacceptableEvent);
  expect(await isStaging()).toBe(false);
  await expect(target.import(cutOff(8))).rejects.toThrow('cut off');
  await appendInTurn(target, newStream(), 1);
  await expect(target.import(partsOf(source))).rejects.toThrow(StoreNotEmpty);
  expect(await isStaging()).toBe(false);
});

test('a row of it that was changed is written anew', async () => {
  await expect(target.import(cutOff(8))).rejects.toThrow('cut off');
  await there.owner.query(`update arriving.events set data = replace(data, '2', '3') where position = 3`);
  await target.import(partsOf(source));
  expect(await all(target)).toEqual(await all(source));
});
