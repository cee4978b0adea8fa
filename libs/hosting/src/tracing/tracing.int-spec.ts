import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { spanIdOf, traceIdOf, type Meta } from '#event-sourcing';
import { Opened } from '#postgres/src/sequence.js';
import { Collector } from '../../../../test/support/collector.js';
import { Traces } from './traced-ports.js';
import { Tracing } from './tracing.js';

const collector = new Collector();
let to = '';
let tracing: Tracing;
const ids = () => ({ commandId: randomUUID(), correlationId: randomUUID() });
const work = () => Promise.resolve('done');
beforeAll(async () => {
  to = await collector.start();
});
afterAll(() => collector.stop());
beforeEach(() => {
  tracing = new Tracing({ to, share: 1, service: 'test', version: '1.2.3' });
});
afterEach(() => tracing.end());

test('a command without a request has a trace of its own, which its metadata names', async () => {
  const place = ids();
  expect(await tracing.command('HoldTraining', place, () => tracing.within('append', {}, work))).toBe('done');
  await tracing.end();
  const [append, command] = await collector.until(['HoldTraining', 'append'], traceIdOf(place.correlationId));
  expect(command).toMatchObject({ service: 'attest-test', spanId: spanIdOf(place.commandId), parentSpanId: undefined });
  expect(append!.parentSpanId).toBe(command!.spanId);
});

test('within a request it is below that, and the request below its caller', async () => {
  const [place, caller] = [ids(), { traceId: '', spanId: '00f067aa0ba902b7' }];
  caller.traceId = traceIdOf(place.correlationId);
  const request = new Traces(tracing).beginRequest(
    { method: 'POST', route: '/v1/x', correlationId: place.correlationId },
    caller,
  );
  await new Promise<void>((done) => request.run(() => void tracing.command('Hold', place, work).then(() => done())));
  request.end(201);
  await tracing.end();
  const spans = await collector.until(['Hold', 'POST /v1/x'], caller.traceId);
  const [hold, post] = ['Hold', 'POST /v1/x'].map((name) => spans.find((span) => span.name === name)!);
  expect([hold!.parentSpanId, post!.parentSpanId]).toEqual([post!.spanId, caller.spanId]);
});

test('what is done later with an event is below its command', async () => {
  const place = ids();
  const meta: Meta = { ...place, actor: randomUUID(), roles: [], bodyTag: '' };
  tracing.followed('project', meta, { from: Date.now() - 5, to: Date.now(), attributes: { 'attest.ordinal': 7 } });
  await tracing.end();
  const [span] = await collector.until(['project'], traceIdOf(place.correlationId));
  expect(span).toMatchObject({ parentSpanId: spanIdOf(place.commandId), attributes: { 'attest.ordinal': 7 } });
});

test('an event that cannot be read has no span, and holds up nothing', async () => {
  const place = ids();
  const meta: Meta = { ...place, actor: randomUUID(), roles: [], bodyTag: '' };
  const event = (ordinal: number, stored: string) =>
    new Opened(
      {
        ...{ id: randomUUID(), stream: `project-${randomUUID()}`, revision: 0, type: 'ProjectCreated', schema: 1 },
        ...{
          data: '{}',
          meta: stored,
          scope: 'ledger',
          recordedAt: '2026-01-01T00:00:00.000Z',
          salt: Buffer.alloc(32),
        },
        position: BigInt(ordinal),
      },
      ordinal,
    );
  new Traces(tracing).noteStep('project', [event(1, 'no JSON'), event(2, JSON.stringify(meta))], Date.now());
  await tracing.end();
  const spans = await collector.until(['project'], traceIdOf(place.correlationId));
  expect(spans.map(({ attributes }) => attributes['attest.ordinal'])).toEqual([2]);
});

test('a wait is answered before it is linked, and linking makes it no longer', async () => {
  const [name, place] = [`wait ${randomUUID()}`, ids()];
  const meta: Meta = { ...place, actor: randomUUID(), roles: [], bodyTag: '' };
  const found = Promise.withResolvers<Meta>();
  expect(await tracing.linking(name, {}, work, () => found.promise)).toBe('done');
  found.resolve(meta);
  const sent = await collector.one((span) => span.name === name);
  expect(sent.links).toEqual([traceIdOf(place.correlationId)]);
  // What cannot be found, as the database is away, is left out.
  await tracing.linking(name, {}, work, () => Promise.reject(new Error('away')));
});

test('what fails is told by its name, not by its words', async () => {
  const place = ids();
  const fail = () => Promise.reject(new RangeError('Amina was there'));
  await expect(tracing.command('Hold', place, fail)).rejects.toThrow('Amina');
  await tracing.end();
  const [span] = await collector.until(['Hold'], traceIdOf(place.correlationId));
  expect([span!.status, JSON.stringify(span)]).toEqual([2, expect.not.stringContaining('Amina')]);
});

test('every process keeps the same share of the traces', async () => {
  await tracing.end();
  const places = Array.from({ length: 200 }, ids);
  const kept: Set<string>[] = [];
  for (const service of ['one', 'two']) {
    const half = new Tracing({ to, share: 0.5, service, version: '1' });
    for (const place of places) await half.command(service, place, work);
    await half.end();
    kept.push(new Set((await collector.until([service])).filter((s) => s.name === service).map((s) => s.traceId)));
  }
  expect(kept[0]!.size).toBeGreaterThan(60);
  expect(kept[0]!.size).toBeLessThan(140);
  expect(kept[0]).toEqual(kept[1]);
});

test('a collector that is away holds up nothing', async () => {
  await tracing.end();
  const lost = new Tracing({ to: 'http://127.0.0.1:1', share: 1, service: 'test', version: '1' });
  expect(await lost.command('Hold', ids(), work)).toBe('done');
  await lost.end();
});
