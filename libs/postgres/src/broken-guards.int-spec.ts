import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Guard, StoredEvent, TextPlace } from '#event-sourcing';
import { brokenGuards } from './broken-guards.js';
import { id, MemoryLog, world, type World } from './projection-fixtures.js';
import { LogChanged } from './sequence.js';
import { Sequencer } from './sequencer.js';

/** What an engine leaves to whoever gives the ordinals. The check itself: guard-watch.spec.ts. */

/** An engine that looks at guards before an append, and can say only afterwards what was to hold. */
class LooseLog extends MemoryLog {
  override readonly checksGuards = 'before-append';
  override readStreams(streams: readonly string[] = []): Promise<Map<string, StoredEvent[]>> {
    const of = (name: string) => this.stored.filter(({ stream }) => stream === name);
    return Promise.resolve(new Map(streams.map((name) => [name, of(name)])));
  }
  /** A thing; what it stood on, and the texts that it takes away. */
  put(thing: number, guards: readonly Guard[] = [], redactions: readonly TextPlace[] = []): void {
    this.record('thing', id(thing), 'ThingMade', {});
    this.stored.at(-1)!.pending = { guards, redactions };
  }
}

let toy: World;
let log: LooseLog;
let told: Record<string, unknown>[];
const sequencerOn = async () => {
  const sequencer = new Sequencer(toy.pool, Buffer.alloc(32, 1), {
    store: log,
    log: (message, detail) => void told.push({ message, ...detail }),
  });
  await sequencer.load();
  return sequencer;
};
const guard = (thing: number, revision: Guard['revision']): Guard => ({ stream: `thing-${id(thing)}`, revision });

beforeEach(async () => {
  toy = await world();
  log = new LooseLog();
  told = [];
});
afterEach(() => toy.end());

test('an append that raced another is found by whoever gives its ordinal, stored once, and told', async () => {
  log.put(1);
  // Both were decided on thing 1 as it stood at 0; the first of them moved it.
  log.put(1, [guard(2, 'none')]);
  log.put(2, [guard(1, 0), guard(3, 'none')]);
  const first = await sequencerOn();
  await first.give(log.stored.slice(0, 1));
  // Another leads: it has not seen thing 1.
  const second = await sequencerOn();
  await second.give(log.stored);
  const broken = { ordinal: 3, eventId: log.stored[2]!.id, stream: `thing-${id(1)}`, expected: 0, actual: 1 };
  expect(await brokenGuards(toy.pool)).toEqual({ count: 1, latest: broken });
  expect(told).toEqual([{ message: 'An event was recorded though a stream that it stood on had moved.', ...broken }]);
  await (await sequencerOn()).give(log.stored);
  expect(await brokenGuards(toy.pool)).toMatchObject({ count: 1 });
});

test('texts whose redaction was cut off are destroyed again, before their event has its ordinal', async () => {
  await toy.owner.query(`update ledger set log = 'kurrentdb:attest'`);
  await toy.owner.query(`insert into texts (event_id, pointer, text, salt, text_hash)
    values ('${id(7)}', '/data/note', 'a name', decode(repeat('00', 16), 'hex'), 'hash'),
      ('${id(7)}', '/data/reason', 'kept', decode(repeat('00', 16), 'hex'), 'other')`);
  log.put(1, [], [{ eventId: id(7), pointer: '/data/note' }]);
  await (await sequencerOn()).give(log.stored);
  const { rows } = await toy.owner.query<{ text: string }>('select text from texts');
  expect(rows).toEqual([{ text: 'kept' }]);
});

test('another log than the one that the ordinals are of is refused before anything is given', async () => {
  log.put(1);
  log.put(2);
  await (await sequencerOn()).give(log.stored);
  await sequencerOn();
  log.stored[1] = { ...log.stored[1]!, id: id(99) };
  await expect(sequencerOn()).rejects.toThrow(LogChanged);
  log.stored.length = 0;
  await expect(sequencerOn()).rejects.toThrow('event 2 of the log is not the one that was there before');
});
