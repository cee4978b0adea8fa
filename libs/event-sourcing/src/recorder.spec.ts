import { MemoryEventStore } from '../../../test/support/memory-event-store.js';
import { decider, type Command } from './decider.js';
import { Recorder, staleRevision, type CommandEnvelope } from './recorder.js';
import { rejecting } from './rejection.js';
import { Reading, Standings } from './standings.js';

/** A thing that is opened, renamed and closed, and takes a name only where another thing is open. */

class Open implements Command {
  id!: string;
  name!: string;
}
class Rename implements Command {
  id!: string;
  name!: string;
  where?: string;
}
class Close implements Command {
  id!: string;
}
type E = { type: 'Opened' | 'Renamed'; data: { name: string } } | { type: 'Closed'; data: object };
type State = { status: 'none' | 'open' | 'closed'; name?: string };

const rejections = { unknown: 'There is none.', closed: 'It is closed.', elsewhere: 'It is closed there.' };
const reject = rejecting(rejections);
const thing = decider<State, E, { where?: State }>()({
  category: 'thing',
  commands: { Open, Rename, Close },
  rejections,
  initial: { status: 'none' },
  decide: {
    Open: ({ name }: Open, { status }) => (status === 'none' ? [{ type: 'Opened', data: { name } }] : []),
    Rename: ({ name }: Rename, state, { where }) => {
      if (where?.status === 'closed') reject('elsewhere');
      if (state.status === 'none') reject('unknown');
      if (state.status === 'closed') reject('closed');
      return state.name === name ? [] : [{ type: 'Renamed', data: { name } }];
    },
    Close: (_: Close, { status }) => (status === 'open' ? [{ type: 'Closed', data: {} }] : []),
  },
  evolve: {
    Opened: (_, { name }) => ({ status: 'open', name }),
    Renamed: (state, { name }) => ({ ...state, name }),
    Closed: (state) => ({ ...state, status: 'closed' }),
  },
});

/** Counts how often streams are read. */
class CountingStore extends MemoryEventStore {
  reads = 0;
  override readStreams(streams: readonly string[]) {
    this.reads += 1;
    return super.readStreams(streams);
  }
}

const a = '018f3f5e-0000-7000-8000-00000000000a';
const b = '018f3f5e-0000-7000-8000-00000000000b';
let keys = 0;
const envelope = (more: Partial<CommandEnvelope> = {}): CommandEnvelope => ({
  actor: '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a01',
  roles: ['officer'],
  scope: 'ledger',
  idempotencyKey: `key ${(keys += 1)}`,
  correlationId: a,
  ...more,
});
const open = (id: string, name = 'A') => Object.assign(new Open(), { id, name });
const rename = (id: string, name: string, where?: string) => Object.assign(new Rename(), { id, name, where });
const close = (id: string) => Object.assign(new Close(), { id });

let store: CountingStore;
let one: Recorder;
/** Another process on the same log: it remembers other things. */
let other: Recorder;
beforeEach(() => {
  store = new CountingStore();
  const recorder = () =>
    new Recorder(store, Buffer.alloc(32, 7), [
      {
        decider: thing,
        context: async (command, read) => {
          const { where } = command as Rename;
          return { where: where === undefined ? undefined : await read(thing, where) };
        },
      },
    ]);
  one = recorder();
  other = recorder();
});
const types = () => store.log.map(({ type }) => type);

test('what is new, and what this recorder wrote last, is decided without reading a stream', async () => {
  await one.record(open(a), envelope());
  await one.record(rename(a, 'B'), envelope());
  await one.record(open(b), envelope());
  await one.record(rename(a, 'C', b), envelope());
  expect(store.reads).toBe(0);
  expect(types()).toEqual(['Opened', 'Renamed', 'Opened', 'Renamed']);
});

test('what another recorder wrote is found by the append, and decided again', async () => {
  await one.record(open(a), envelope());
  await other.record(rename(a, 'B'), envelope());
  // What `one` remembers is that it is called A: for it this would be a change.
  expect(await one.record(rename(a, 'B'), envelope())).toMatchObject({ code: 'already-so', revision: 1 });
  await other.record(close(a), envelope());
  await expect(one.record(rename(a, 'C'), envelope())).rejects.toMatchObject({ code: 'closed' });
  expect(types()).toEqual(['Opened', 'Renamed', 'Closed']);
});

test('nothing is refused, and nothing called already so, because of what was only remembered', async () => {
  await other.record(open(a), envelope());
  expect(await one.record(rename(a, 'B'), envelope())).toMatchObject({ code: 'recorded', revision: 1 });
  await other.record(rename(a, 'A'), envelope());
  // Remembered as B already.
  expect(await one.record(rename(a, 'B'), envelope())).toMatchObject({ code: 'recorded', revision: 3 });
  await other.record(rename(a, 'A'), envelope());
  expect(await one.record(rename(a, 'D'), envelope({ ifMatch: 4 }))).toMatchObject({ revision: 5 });
  await expect(one.record(rename(a, 'E'), envelope({ ifMatch: 4 }))).rejects.toMatchObject({ code: staleRevision });
});

test('another stream that has moved since it was remembered breaks its guard, and counts as it is now', async () => {
  await one.record(open(a), envelope());
  await one.record(open(b), envelope());
  await one.record(rename(a, 'B', b), envelope());
  await other.record(close(b), envelope());
  await expect(one.record(rename(a, 'C', b), envelope())).rejects.toMatchObject({ code: 'elsewhere' });
  expect(types()).toEqual(['Opened', 'Opened', 'Renamed', 'Closed']);
});

test('however often a decision asks for a stream, it is read once, and is one guard', async () => {
  await one.record(open(b), envelope());
  const reading = new Reading(new Standings(store), false, `thing-${a}`, 'ledger');
  const states = await Promise.all([reading.read(thing, b), reading.read(thing, b)]);
  expect([...states, await reading.read(thing, b)]).toEqual(Array(3).fill({ status: 'open', name: 'A' }));
  expect(store.reads).toBe(1);
  expect(reading.guards).toEqual([{ stream: `thing-${b}`, revision: 0 }]);
});

test('a repeat gets its first answer, whatever was decided since, from whichever recorder', async () => {
  const first = envelope();
  const answer = await one.record(open(a), first);
  const second = envelope();
  const renamed = await one.record(rename(a, 'B'), second);
  await one.record(close(a), envelope());
  for (const recorder of [one, other]) {
    expect(await recorder.record(open(a), first)).toEqual({ ...answer, code: 'already-recorded' });
    expect(await recorder.record(rename(a, 'B'), second)).toEqual({ ...renamed, code: 'already-recorded' });
    await expect(recorder.record(rename(a, 'Z'), second)).rejects.toMatchObject({ code: 'same-key-other-body' });
  }
  expect(store.log).toHaveLength(3);
});

test('a thing of another project is unknown, also where it is remembered', async () => {
  await one.record(open(a), envelope({ scope: b }));
  for (const recorder of [one, other]) {
    await expect(recorder.record(rename(a, 'B'), envelope({ scope: a }))).rejects.toMatchObject({
      code: 'unknown-thing',
    });
  }
});
