import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { OutcomeDocument } from '#http';
import { describeWith, sharedBroker } from '../kafka/broker.js';
import type { ServiceProcess } from './service-process.js';
import { ServiceStand, until } from './stand.js';

/** The projector that gives ordinals, publishes, and projects what is published is put to sleep: another does all three. */

const WITHIN = 5_000;
const broker = await sharedBroker();

describeWith(broker)('a projector that only sleeps', () => {
  const facts = { reference: 'TO', title: 'A project', timeZone: 'UTC', currency: 'EUR' };
  let stand: ServiceStand;
  let pool: pg.Pool;
  let settings: Record<string, string>;
  beforeAll(async () => {
    settings = {
      ...{ KAFKA_BROKERS: broker!.brokers.join(','), ATTEST_LEDGER: `takeover-${randomUUID().slice(0, 8)}` },
      ...{ ATTEST_PROJECT_FROM: 'kafka', KAFKA_PARTITIONS: '2' },
    };
    stand = await ServiceStand.open();
    const set = await stand.attest(['setup', '--token-file', stand.tokenFile], { ...stand.ofSetup, ...settings });
    expect(set.code).toBe(0);
    pool = new pg.Pool({ ...stand.owner, max: 1 });
    await Promise.all([stand.start('recorder'), stand.start('reporter')]);
  }, 120_000);
  afterAll(async () => {
    for (const one of stand.running) one.child.kill('SIGCONT');
    await pool.end();
    await stand.close();
  }, 60_000);

  const leads = async (one: ServiceProcess) =>
    Object.fromEntries(
      [...(await one.metrics()).matchAll(/attest_leads\{subscription="(\w+)"[^}]*\} (\d)/g)].map(([, name, led]) => [
        name,
        led === '1',
      ]),
    );
  const all = { order: true, projections: true, relay: true };
  const none = { order: false, projections: false, relay: false };
  const leadsAll = (one: ServiceProcess) => until(async () => Object.values(await leads(one)).every(Boolean));
  const leases = async () =>
    (await pool.query(`select subscription, holder, token from read.lease where subscription <> 'reports' order by 1`))
      .rows;
  /** From the recorder to the reporter. */
  const visible = async (key: string) => {
    const { id, position } = (await (await stand.post('/v1/projects', key, facts)).json()) as OutcomeDocument;
    const headers = { 'attest-min-position': position };
    await until(async () => (await stand.ask(`/v1/projects/${id}`, { headers })).status === 200);
  };

  test('is followed within 5 s by one that stands by, and changes nothing when it wakes', async () => {
    const first = await stand.start('projector', settings);
    await leadsAll(first);
    const second = await stand.start('projector', settings);
    await visible('before');
    expect([await leads(first), await leads(second)]).toEqual([all, none]);

    first.child.kill('SIGSTOP');
    const since = performance.now();
    await visible('asleep');
    const milliseconds = Math.round(performance.now() - since);
    console.info(`SIGSTOP, by way of Kafka: ${milliseconds} ms`);
    expect(milliseconds).toBeLessThan(WITHIN);
    await leadsAll(second);

    const [before, versions] = [
      await leases(),
      'select * from read."project-register:versions" order by key, from_ordinal',
    ];
    const rows = (await pool.query(versions)).rows;
    first.child.kill('SIGCONT');
    for (const name of ['Projecting', 'Publishing', 'Giving ordinals'])
      await until(() => first.lines.some(({ msg }) => msg === `${name} was interrupted; trying again.`));
    expect([await leads(first), await leads(second)]).toEqual([none, all]);
    expect(await leases()).toEqual(before);
    expect((await pool.query(versions)).rows).toEqual(rows);
    await visible('awake');
    expect(await leases()).toEqual(before);
  }, 120_000);
});
