import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Logged, Stored } from '../faults/evidence.js';
import type { TopicMessage } from '../kafka/topic-reader.js';
import { topicFaults, type Published } from './under-fire-topics.js';

/** What is looked for in topics is broken here once each, so that none of it holds of everything. */

const projects = [randomUUID(), randomUUID()] as const;

function event(ordinal: number): Logged {
  return {
    ...{ position: ordinal, id: randomUUID(), stream: `training-${randomUUID()}`, revision: 0, type: 'TrainingHeld' },
    ...{ scope: projects[ordinal % 2]!, recorded_at: `2022-01-01 00:00:0${ordinal}.1+00`, salt: '' },
    ...{ data: JSON.stringify({ kind: 'workshop', n: ordinal }), meta: JSON.stringify({ actor: 'a' }) },
  };
}

function message({ id, type, stream, revision, scope, position, data, meta }: Logged, partition: number): TopicMessage {
  return {
    ...{ partition, offset: 0n, key: scope, contentType: undefined },
    event: {
      ...{ id, type, stream, revision, scope, ordinal: position, position: BigInt(position), schema: 1 },
      ...{ thing: stream.slice(-36), recordedAt: `2022-01-01T00:00:0${position}.100Z` },
      ...{ data: JSON.parse(data) as object, meta: JSON.parse(meta) as TopicMessage['event']['meta'] },
    },
  };
}

/** Four events, with the second and third published again. */
function whole(): { stored: Stored; published: Published } {
  const log = [1, 2, 3, 4].map(event);
  const sequence = log.map(({ id, position }) => ({
    ordinal: position,
    position,
    event_id: id,
    known_at: '',
    leaf: '',
  }));
  const sent = [0, 1, 2, 1, 2, 3].map((index) => log[index]!);
  const published = {
    log: sent.map((one) => message(one, 0)),
    facts: sent.map((one) => message(one, one.position % 2)),
  };
  return { stored: { log, sequence, texts: [], live: {}, replayed: {} }, published };
}

test('what is whole has no faults, repeats among it', () => {
  const { stored, published } = whole();
  expect(topicFaults(stored, published)).toEqual([]);
});

const ways: [string, RegExp, (published: Published, stored: Stored) => unknown][] = [
  ['the last one is missing', /topic of the log: 3 events, the log has 4/, ({ log }) => log.pop()],
  ['one is left out', /ordinal 3 stands where 2 belongs/, ({ log }) => log.splice(1, 3)],
  ['one comes behind a later one', /ordinal 3 stands where 2 belongs/, ({ log }) => log.splice(1, 1)],
  ['there is another partition', /2 partitions/, ({ log }) => (log.at(-1)!.partition = 1)],
  ['one is missing among the facts', /ordinal 4 is missing/, ({ facts }) => facts.pop()],
  [
    'one is in two partitions',
    /ordinal 4 is there 2 times/,
    ({ facts }) => facts.push({ ...facts.at(-1)!, partition: 3 }),
  ],
  ['one has the key of another project', /under another key/, ({ facts }) => (facts[0]!.key = projects[0])],
  ['a project lies in two partitions', /in several partitions/, ({ facts }) => (facts.at(-1)!.partition = 3)],
  ['what is published is not in the log', /and none of the log/, (_, { log, sequence }) => [log.pop(), sequence.pop()]],
  ['another id is published', /is published as/, ({ log }) => (log[0]!.event.id = randomUUID())],
  ['other data is published', /is published as/, ({ facts }) => (facts[5]!.event.data = { kind: 'training', n: 4 })],
  ['a repeat is another', /is published as/, ({ log }) => (log[3]!.event.type = 'Other')],
  ['another moment is published', /is published as/, ({ log }) => (log[5]!.event.recordedAt = '2022-01-01T00:00:05Z')],
];

test.each(ways)('%s: is seen', (_, fault, change) => {
  const { stored, published } = whole();
  change(published, stored);
  expect(topicFaults(stored, published).join('\n')).toMatch(fault);
});
