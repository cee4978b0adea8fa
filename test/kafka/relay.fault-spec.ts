import { setTimeout as delay } from 'node:timers/promises';
import type { RelayCheckpoint } from '#event-sourcing';
import { topicsOf } from '#kafka/src/topics.js';
import { describeWith, startBroker } from './broker.js';
import { playsLong } from '../support/long.js';
import { endRelays, GrowingLog, ledgerOn, relaying, until } from './relay-stand.js';
import { readTopic, withoutRepeats } from './topic-reader.js';

/** The relay while its broker dies, and while it does not answer. */

const broker = playsLong ? await startBroker() : undefined;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  endRelays();
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
afterAll(() => broker?.stop());

const upTo = (end: number) => Array.from({ length: end }, (_, index) => index + 1);

/** Milliseconds: starting a broker takes 5 s on a calm machine, and much longer on a busy one. */
const PATIENCE = 180_000;

/** What outlives the relay's process. */
function kept(): RelayCheckpoint {
  let ordinal = 0;
  return {
    read: () => Promise.resolve(ordinal),
    move: async (from, to) => {
      if (from !== ordinal) throw new Error(`stands at ${ordinal}, not at ${from}`);
      ordinal = to;
    },
  };
}

/** A log that grows until it is told to stop: about a thousand events a second, while no more are unpublished. */
function growing(log: GrowingLog, published: () => number) {
  const end = new AbortController();
  const done = (async () => {
    while (!end.signal.aborted) {
      if (log.events.length < published() + 1_000) log.grow(20);
      await delay(20, undefined, { signal: end.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    end.abort();
    await done;
  };
}

describeWith(broker)('under load', () => {
  test(
    'a broker that is killed twice and started again has every event, in order',
    async () => {
      const kafka = ledgerOn(broker!.brokers);
      const log = new GrowingLog();
      const checkpoint = kept();
      const { published, trouble, reports, end } = relaying(log, kafka, checkpoint);
      const stop = growing(log, published);
      stops.push(stop);
      for (const _ of [1, 2]) {
        const before = published();
        await until(() => published() > before + 500);
        await broker!.kill();
        await until(() => trouble() !== undefined);
        await broker!.start();
        await until(() => trouble() === undefined);
      }
      await stop();
      await until(() => published() === log.events.length);
      await end();
      // Told once each time, not per try. (A broker that has just started may be away once more.)
      const told = ['Kafka is away; trying again.', 'Publishing goes on.'];
      expect(reports.length).toBeGreaterThanOrEqual(4);
      expect(reports).toEqual(reports.map((_, index) => told[index % 2]));
      await expectAll(kafka, log.events.length);
    },
    PATIENCE,
  );

  test(
    'a broker that does not answer is left at once when the relay ends, and the next one goes on',
    async () => {
      const kafka = ledgerOn(broker!.brokers);
      const log = new GrowingLog();
      const checkpoint = kept();
      const first = relaying(log, kafka, checkpoint);
      log.grow(500);
      await until(() => first.published() === 500);
      await broker!.freeze();
      log.grow(500);
      await delay(200);
      const asked = performance.now();
      await first.end();
      expect(performance.now() - asked).toBeLessThan(1_000);
      await broker!.thaw();
      const second = relaying(log, kafka, checkpoint);
      await until(() => second.published() === 1_000);
      await second.end();
      await expectAll(kafka, 1_000);
    },
    PATIENCE,
  );
});

async function expectAll(kafka: ReturnType<typeof ledgerOn>, end: number): Promise<void> {
  const { log, facts } = topicsOf(kafka.ledger);
  const whole = withoutRepeats(await readTopic(kafka, log)).map(({ event }) => event.ordinal);
  expect(whole).toEqual(upTo(end));
  const keyed = withoutRepeats(await readTopic(kafka, facts)).map(({ event }) => event.ordinal);
  expect(keyed.sort((a, b) => a - b)).toEqual(upTo(end));
}
