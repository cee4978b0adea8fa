import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Tokens } from '#http';
import { ServiceStand } from '../../../test/services/stand.js';

/** A ledger whose services run apart: it has a database of the operator's, a file with the key, and no data folder. */

let stand: ServiceStand;
beforeAll(async () => {
  stand = await ServiceStand.open();
  expect(await stand.setUp()).toMatchObject({ code: 0 });
}, 60_000);
afterAll(() => stand.close());

const at = (name: string) => join(stand.folder, name);
const backUp = (to: string, settings: Record<string, string> = {}) =>
  stand.attest(['backup', '--to', at(to), '--json'], { ...stand.ofSetup, ATTEST_DATA: at('no-data'), ...settings });
/** As the owner. */
const asOwner = async <T extends object>(sql: string) => {
  const client = new pg.Client({ ...stand.owner, ssl: false });
  await client.connect();
  return (await client.query<T>(sql).finally(() => client.end())).rows;
};
const key = () => readFileSync(at('key.pem'), 'utf8');

test('is backed up without a data folder, with the key that the services have', async () => {
  const made = await backUp('one.backup');
  expect([made.code, existsSync(at('no-data'))]).toEqual([0, false]);
  // The first administrator's access.
  expect(JSON.parse(made.out)).toMatchObject({ events: 1 });
}, 60_000);

test('without the key there is no backup, nor a key that nobody had', async () => {
  for (const settings of [{ ATTEST_SIGNING_KEY: '' }, { ATTEST_SIGNING_KEY: at('typo.pem') }]) {
    const { code, err } = await backUp('none.backup', settings);
    expect([code, err]).toEqual([2, expect.stringMatching(/There is no key of tokens at .*set ATTEST_SIGNING_KEY to/)]);
  }
  expect(['no-data', 'typo.pem', 'none.backup'].map((name) => existsSync(at(name)))).toEqual([false, false, false]);
}, 60_000);

test('a schema that live services have is left as it is', async () => {
  const version = 'select max(version) as version from schema_version';
  const [before] = await asOwner<{ version: number }>(version);
  await asOwner(`delete from schema_version where version = ${before!.version}`);
  const refused = await backUp('older.backup');
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/has schema \d+, and this program needs \d+/)]);
  expect(await asOwner(version)).toEqual([{ version: before!.version - 1 }]);
  await asOwner(`insert into schema_version (version, name) values (${before!.version}, 'beyond')`);
}, 60_000);

test('its restore puts the key where the settings say, and never over another', async () => {
  const next = await ServiceStand.open();
  try {
    const restore = (...args: string[]) =>
      next.attest(['restore', at('one.backup'), '--data', join(next.folder, 'scratch'), ...args], next.ofSetup);
    const there = join(next.folder, 'key.pem');
    writeFileSync(there, Tokens.newKey(), { mode: 0o600 });
    const refused = await restore();
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('holds another key than the backup')]);
    expect(existsSync(join(next.folder, 'scratch'))).toBe(false);

    rmSync(there);
    const restored = await restore();
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining(`The key of tokens lies in ${there}`)]);
    expect([readFileSync(there, 'utf8'), statSync(there).mode & 0o777]).toEqual([key(), 0o600]);
    expect(existsSync(join(next.folder, 'scratch', 'secrets'))).toBe(false);

    // Tokens hold as they did.
    const kept = await next.setUp();
    expect(kept.code).toBe(0);
    await Promise.all([next.start('projector'), next.start('recorder'), next.start('reporter')]);
    const recorder = [...next.running].find(({ service }) => service === 'recorder')!;
    const facts = { reference: 'RS', title: 'A project', timeZone: 'UTC', currency: 'EUR' };
    const posted = await fetch(`${recorder.url}/v1/projects`, {
      method: 'POST',
      headers: {
        ...{
          authorization: `Bearer ${stand.token}`,
          'content-type': 'application/json',
          'idempotency-key': 'restored',
        },
      },
      body: JSON.stringify(facts),
    });
    expect(posted.status).toBe(201);
  } finally {
    await next.close();
  }
}, 120_000);

test('a restore that fails leaves no key, and one that is the same is no hindrance', async () => {
  const next = await ServiceStand.open();
  try {
    const restore = (file: string) =>
      next.attest(['restore', file, '--data', join(next.folder, 'scratch')], next.ofSetup);
    const cut = join(next.folder, 'cut.backup');
    writeFileSync(cut, readFileSync(at('one.backup')).subarray(0, -20));
    expect((await restore(cut)).code).toBe(1);
    expect(existsSync(join(next.folder, 'key.pem'))).toBe(false);
    writeFileSync(join(next.folder, 'key.pem'), key(), { mode: 0o600 });
    expect((await restore(at('one.backup'))).code).toBe(0);
  } finally {
    await next.close();
  }
}, 60_000);
