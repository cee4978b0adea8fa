import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { OrderedLog, type OrderedEvent, type RelayCheckpoint } from '#event-sourcing';
import { type KafkaSettings } from '#kafka/src/kafka-client.js';
import { Relay } from '#kafka/src/relay.js';
import { Waiter } from '#postgres/src/bell.js';

/** For tests of the relay: a log that grows, and a relay over it. */

export const ledgerOn = (brokers: readonly string[]): KafkaSettings => ({
  ...{ brokers, ledger: `test-${randomUUID()}`, tls: false, replication: 1, partitions: 4 },
});

export class GrowingLog extends OrderedLog {
  readonly events: OrderedEvent[] = [];
  readonly bell = new Waiter();

  grow(count: number, pad = ''): void {
    for (let index = 0; index < count; index += 1) this.events.push(eventOf(this.events.length + 1, pad));
    this.bell.ring();
  }

  override end(): Promise<{ ordinal: number }> {
    return Promise.resolve({ ordinal: this.events.length });
  }

  override async *orderedEvents({ after, batch }: { after: number; batch: number }) {
    const end = this.events.length;
    for (let at = after; at < end; at += batch) yield await Promise.resolve(this.events.slice(at, at + batch));
  }
}

export const projects = Array.from({ length: 9 }, () => randomUUID());

function eventOf(ordinal: number, pad: string): OrderedEvent {
  const thing = randomUUID();
  const meta = { actor: thing, roles: ['officer'], commandId: thing, bodyTag: 'b', correlationId: thing };
  return {
    ...{ id: randomUUID(), type: 'TrainingHeld', stream: `training-${thing}`, thing, revision: 0, schema: 1 },
    ...{ scope: projects[ordinal % projects.length]!, recordedAt: '2023-05-02T08:00:00.000Z' },
    ...{ position: BigInt(ordinal) * 7n, ordinal, data: { headcount: ordinal, pad }, meta },
  };
}

const working = new Set<AbortController>();

/** What a failed test left at work. */
export function endRelays(): void {
  for (const end of working) end.abort();
  working.clear();
}

/** A relay at work, and what it reported. */
export function relaying(log: GrowingLog, kafka: KafkaSettings, checkpoint: RelayCheckpoint, batch = 100) {
  const end = new AbortController();
  working.add(end);
  const reports: string[] = [];
  const report = (message: string) => void reports.push(message);
  const relay = new Relay({ log, kafka, batch, wake: log.bell, poll: 1_000, report });
  const running = relay.run(checkpoint, end.signal, () => undefined);
  running.catch(() => undefined);
  return {
    relay,
    /** Up to where it published, and what troubles it: while it leads. */
    published: () => relay.standing?.published ?? 0,
    trouble: () => relay.standing?.trouble,
    reports,
    running,
    end: async () => {
      end.abort();
      await running.catch(() => undefined);
    },
  };
}

/** Looks again every few milliseconds, until it holds, or the test's own time limit has ended the relays. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    if (working.size === 0) throw new Error('no relay is at work any more');
    await delay(10);
  }
}
