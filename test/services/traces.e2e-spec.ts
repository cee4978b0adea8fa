import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OutcomeDocument } from '#http';
import { describeWith, sharedBroker } from '../kafka/broker.js';
import { Collector, type SentSpan } from '../support/collector.js';
import { ServiceStand, until } from './stand.js';

/** A command is followed from its request through store, relay, Kafka and projection to the read that waited for it. */

const broker = await sharedBroker();

describeWith(broker)('one trace over three services and Kafka', () => {
  const collector = new Collector();
  const traceId = randomUUID().replaceAll('-', '');
  const caller = '00f067aa0ba902b7';
  const headers = { traceparent: `00-${traceId}-${caller}-01` };
  let stand: ServiceStand;
  beforeAll(async () => {
    const traced = {
      ...{ KAFKA_BROKERS: broker!.brokers.join(','), ATTEST_LEDGER: `traces-${randomUUID().slice(0, 8)}` },
      ...{ ATTEST_PROJECT_FROM: 'kafka', ATTEST_TRACES: await collector.start(), KAFKA_PARTITIONS: '2' },
    };
    stand = await ServiceStand.open();
    expect((await stand.attest(['setup', '--token-file', stand.tokenFile], { ...stand.ofSetup, ...traced })).code).toBe(
      0,
    );
    const { KAFKA_BROKERS: _, ...untold } = traced;
    const { ATTEST_PROJECT_FROM: __, ...answering } = untold;
    await stand.start('projector', traced);
    await stand.start('recorder', { ...answering, KAFKA_BROKERS: traced.KAFKA_BROKERS });
    await stand.start('reporter', answering);
    await until(async () => (await stand.ask('/v1/projects')).ok);
  }, 120_000);
  afterAll(async () => {
    await stand.close();
    await collector.stop();
  });

  test('its spans hang together, and log lines carry it', async () => {
    const facts = { reference: 'TR', title: 'Traced', timeZone: 'UTC', currency: 'EUR' };
    const posted = await stand.ask('/v1/projects', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': 'traced' },
      body: JSON.stringify(facts),
    });
    const { id, position } = (await posted.json()) as OutcomeDocument;
    // A trace of its own: it is linked to the command's.
    const read = await stand.ask(`/v1/projects/${id}`, { headers: { 'attest-min-position': position } });
    expect([posted.status, read.status]).toEqual([201, 200]);

    const spans = await collector.until(
      ['POST /v1/projects', 'CreateProject', 'append', 'publish', 'project'],
      traceId,
    );
    const one = (name: string): SentSpan => spans.find((span) => span.name === name)!;
    const parents = ['POST /v1/projects', 'CreateProject', 'append', 'publish', 'project'].map((name) => [
      one(name).service,
      one(name).parentSpanId,
    ]);
    expect(parents).toEqual([
      ['attest-recorder', caller],
      ['attest-recorder', one('POST /v1/projects').spanId],
      ['attest-recorder', one('CreateProject').spanId],
      ['attest-projector', one('CreateProject').spanId],
      ['attest-projector', one('CreateProject').spanId],
    ]);
    const linked = await collector.one(({ name, links }) => name === 'wait for position' && links.includes(traceId));
    expect(linked).toMatchObject({ service: 'attest-reporter', attributes: { 'attest.position': position } });

    const [recorder] = [...stand.running].filter(({ service }) => service === 'recorder');
    expect(recorder!.lines.find((line) => line.path === '/v1/projects' && line.method === 'POST')).toMatchObject({
      traceId,
      status: 201,
    });
  }, 60_000);
});
