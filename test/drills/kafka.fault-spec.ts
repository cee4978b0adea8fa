import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { topicsOf } from '#kafka/src/topics.js';
import { until } from '../../apps/attest/test/started.js';
import { Stand } from '../faults/stand.js';
import { describeWith, startBroker } from '../kafka/broker.js';
import { readTopic, withoutRepeats } from '../kafka/topic-reader.js';
import { playsLong } from '../support/long.js';
import { Drill } from './drill.js';

/** The page of docs/runbook.md about Kafka, on a real broker of its own. */

const broker = playsLong ? await startBroker() : undefined;
afterAll(() => broker?.stop(), 60_000);

describeWith(broker)('with a broker', () => {
  const kafka = { brokers: broker?.brokers ?? [], ledger: 'attest', tls: false, replication: 1, partitions: 4 };
  let folder: string;
  let stand: Stand;
  beforeAll(async () => {
    folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'drill-'));
    chmodSync(folder, 0o755);
    const settings = { KAFKA_BROKERS: kafka.brokers.join(','), KAFKA_REPLICATION: '1', KAFKA_PARTITIONS: '4' };
    stand = new Stand('embedded', folder, { ...settings, ATTEST_METRICS: '127.0.0.1:0' });
    await stand.start();
  }, 120_000);
  afterAll(async () => {
    await stand.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  async function recordProjects(count: number): Promise<void> {
    const authorization = `Bearer ${stand.attest.secret('admin.token')}`;
    for (let n = 0; n < count; n += 1) {
      const answer = await fetch(`${await stand.attest.url()}/v1/projects`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ reference: 'LY', title: 'A project', timeZone: 'UTC', currency: 'EUR' }),
      });
      expect(answer.status).toBe(201);
    }
  }

  async function query<Row extends object>(text: string): Promise<Row[]> {
    const client = new pg.Client(stand.owner());
    await client.connect();
    const { rows } = await client.query<Row>(text).finally(() => client.end());
    return rows;
  }
  const recorded = async () => (await query<{ id: string }>('select id from events order by id')).map(({ id }) => id);
  const areAllPublished = async () =>
    (await query('select from read.relays where ordinal = (select count(*) from events)')).length === 1;

  test('5. Kafka is down', async () => {
    const drill = new Drill('5. Kafka is down', folder);
    drill.set('ATTEST_DATA', join(folder, 'data'));
    drill.is('http://127.0.0.1:3000', await stand.attest.url());
    const { metrics } = JSON.parse(readFileSync(join(folder, 'data/attest.json'), 'utf8')) as { metrics: string };
    drill.is('http://127.0.0.1:9464', new URL(metrics).origin);
    await until(areAllPublished);
    await broker!.kill();
    await recordProjects(3);
    for (let step = 0; step < 3; step += 1) await drill.sees();
    await broker!.start();
    for (let step = 0; step < 2; step += 1) await drill.sees();
    drill.end();
    expect(stand.attest.said).not.toContain('Warning');

    const ids = await recorded();
    const { log, facts } = topicsOf('attest');
    const published = withoutRepeats(await readTopic(kafka, log)).map(({ event }) => event);
    expect(published.map(({ ordinal }) => ordinal)).toEqual(ids.map((_, index) => index + 1));
    expect(published.map(({ id }) => id).sort()).toEqual(ids);
    const inFacts = withoutRepeats(await readTopic(kafka, facts)).map(({ event }) => event.id);
    expect(inFacts.sort()).toEqual(ids);
  }, 120_000);
});
