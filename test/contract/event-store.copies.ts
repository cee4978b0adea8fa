import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StoreNotEmpty, UnacceptableEvent, type EventStore, type LogPart } from '#event-sourcing';
import {
  all,
  appendInTurn,
  ledger,
  newEvent,
  newStream,
  newText,
  partsOf,
  streamOf,
  withoutPosition,
} from './harness.js';
import type { StoreHarness } from './harness.js';

type Copied = LogPart['events'][number];

/** The part of the contract about copying a log into an empty store. */
export function copies(makeHarness: () => StoreHarness): void {
  describe('a copied log', () => {
    const { countsPositions } = makeHarness();
    const running: StoreHarness[] = [];
    let source: EventStore;
    let target: EventStore;
    const start = async () => {
      const harness = makeHarness();
      running.push(harness);
      return harness.start();
    };
    beforeEach(async () => {
      source = await start();
      target = await start();
    });
    afterEach(async () => {
      await Promise.all(running.splice(0).map((harness) => harness.stop()));
    });

    /** Streams of several scopes and scripts, in turn; one text of three is redacted. */
    async function told() {
      const project = randomUUID();
      const streams = [newStream(), newStream('meeting'), newStream('work-plan')];
      const events = [newEvent({ 'e\u0301': '\\N\t\n\r"\\.' }), newEvent({ note: 'ورشة عمل 👩🏽‍🏫' }), newEvent({})];
      const texts = [newText(events[0]!.id, 'kept'), newText(events[1]!.id, '\\N'), newText(events[2]!.id, 'redacted')];
      for (const [index, stream] of streams.entries()) {
        const options = { scope: index === 1 ? 'ledger' : project, texts: [texts[index]!] };
        await source.append(stream, 'none', [events[index]!], options);
      }
      const redactions = [texts[2]!];
      await source.append(streams[1]!, 0, [newEvent(), newEvent({ last: true })], { scope: 'ledger', redactions });
      await source.append(streams[0]!, 0, [newEvent()], { scope: project });
      return { project, streams, events, texts };
    }
    const logOf = async (store: EventStore) => (await all(store)).map(withoutPosition);

    test('reads as the original, event by event, with its recordedAt and salts; positions begin anew', async () => {
      const { streams } = await told();
      expect(await target.import(partsOf(source, 2))).toEqual({ events: 6 });
      expect(await logOf(target)).toEqual(await logOf(source));
      const positions = (await all(target)).map(({ position }) => position);
      if (countsPositions) expect(positions).toEqual((await all(source)).map(({ position }) => position));
      expect(await target.end()).toBe(positions.at(-1));
      const [here, there] = [await source.readStreams(streams), await target.readStreams(streams)];
      for (const stream of streams) {
        expect(there.get(stream)!.map(withoutPosition)).toEqual(here.get(stream)!.map(withoutPosition));
      }
    });

    test('has the texts, and not those that were redacted', async () => {
      const { events, texts } = await told();
      await target.import(partsOf(source, 2));
      const ids = events.map(({ id }) => id);
      expect(await target.textsOf(ids)).toEqual(await source.textsOf(ids));
      expect(await target.texts(texts.map(({ textHash }) => textHash))).toEqual(
        new Map([
          [texts[0]!.textHash, 'kept'],
          [texts[1]!.textHash, '\\N'],
        ]),
      );
    });

    test('knows what was recorded: the same ids again are a repeat; and it goes on', async () => {
      const { project, streams, events } = await told();
      await target.import(partsOf(source));
      const again = await target.append(streams[0]!, 'none', [events[0]!], { scope: project });
      expect(again).toMatchObject({ repeated: true, events: [{ id: events[0]!.id, revision: 0 }] });
      await expect(target.append(streams[0]!, 0, [newEvent()], { scope: project })).rejects.toThrow('stands at 1');
      const refused = target.append(streams[0]!, 1, [newEvent()], ledger);
      await expect(refused).rejects.toThrow(UnacceptableEvent);
      const end = await target.end();
      const { events: next } = await target.append(streams[0]!, 1, [newEvent()], { scope: project });
      expect(next[0]!.position).toBeGreaterThan(end);
      expect(await logOf(target)).toHaveLength(7);
    });

    test('is taken only where there is no event', async () => {
      await told();
      const [mine] = await appendInTurn(target, newStream(), 1);
      await expect(target.import(partsOf(source))).rejects.toThrow(StoreNotEmpty);
      expect(await all(target)).toEqual([mine]);
      const third = await start();
      await third.import(partsOf(source));
      await expect(third.import(partsOf(source))).rejects.toThrow(StoreNotEmpty);
    });

    test('may be empty', async () => {
      expect(await target.import(partsOf(source))).toEqual({ events: 0 });
      await appendInTurn(target, newStream(), 1);
    });

    // ── All or nothing ──

    test('is not there at all when its reading fails', async () => {
      await told();
      async function* failing() {
        for await (const part of partsOf(source, 1)) {
          yield part;
          if (part.events[0]!.revision > 0) throw new Error('the file ends here');
        }
      }
      await expect(target.import(failing())).rejects.toThrow('the file ends here');
      expect(await all(target)).toEqual([]);
      await target.import(partsOf(source));
      expect(await logOf(target)).toEqual(await logOf(source));
    });

    /** The log in parts of one event, until so many were taken. */
    async function* cutOff(after: number): AsyncGenerator<LogPart> {
      let taken = 0;
      for await (const part of partsOf(source, 1)) {
        if (taken++ === after) throw new Error('cut off');
        yield part;
      }
    }

    test.each([1, 3, 5])('goes on where it was cut off, after %i events, in whatever parts it comes', async (after) => {
      const { texts } = await told();
      await expect(target.import(cutOff(after))).rejects.toThrow('cut off');
      expect(await all(target)).toEqual([]);
      expect(await target.end()).toBe(0n);
      await target.import(partsOf(source, 4));
      expect(await logOf(target)).toEqual(await logOf(source));
      const ids = texts.map(({ eventId }) => eventId);
      expect(await target.textsOf(ids)).toEqual(await source.textsOf(ids));
    });

    test('that was cut off twice, and redacted meanwhile, has not the text that is gone', async () => {
      const { streams, texts, project } = await told();
      await expect(target.import(cutOff(4))).rejects.toThrow('cut off');
      const redaction = { scope: project, redactions: [texts[0]!] };
      await source.append(streams[0]!, 1, [newEvent({ redacts: true })], redaction);
      await expect(target.import(cutOff(6))).rejects.toThrow('cut off');
      await target.import(partsOf(source));
      expect(await logOf(target)).toEqual(await logOf(source));
      expect([...(await target.texts(texts.map(({ textHash }) => textHash))).values()]).toEqual(['\\N']);
    });

    test('that was cut off gives way to another, which differs somewhere, or is shorter', async () => {
      await told();
      await expect(target.import(cutOff(5))).rejects.toThrow('cut off');
      const changed = (await logOf(source)).map((event, index) => (index === 2 ? { ...event, type: 'Other' } : event));
      async function* other(): AsyncGenerator<LogPart> {
        yield { events: changed.slice(0, 2), texts: [] };
        yield { events: changed.slice(2, 4), texts: [] };
      }
      await target.import(other());
      expect(await logOf(target)).toEqual(changed.slice(0, 4));
      const ids = changed.map(({ id }) => id);
      expect(await target.textsOf(ids)).toEqual([]);
    });

    /** A good part, then one with what is wrong: nothing of either is there. */
    async function refused(second: Partial<Copied>, texts: LogPart['texts'] = []) {
      const stream = newStream();
      const recordedAt = '2024-02-29T10:00:00.000Z';
      const event = (revision: number, over: Partial<Copied> = {}): Copied => ({
        ...{ ...newEvent(), stream, revision, scope: 'ledger', recordedAt, salt: Buffer.alloc(16, revision + 1) },
        ...over,
      });
      const first = event(0, { id: '00000000-0000-4000-8000-000000000001' });
      const note = newText(first.id, 'a note');
      async function* parts(): AsyncGenerator<LogPart> {
        yield { events: [first, event(1)], texts: [note] };
        yield { events: [event(2, second), event(3)], texts };
      }
      await expect(target.import(parts())).rejects.toThrow(UnacceptableEvent);
      expect(await all(target)).toEqual([]);
      expect(await target.texts([note.textHash])).toEqual(new Map());
      expect(await streamOf(target, stream)).toEqual([]);
    }

    test.each<[string, Partial<Copied>]>([
      ['a gap in the revisions', { revision: 4 }],
      ['a revision twice', { revision: 1 }],
      ['a stream that begins in its middle', { stream: newStream() }],
      ['another scope than the stream has', { scope: '00000000-0000-4000-8000-000000000009' }],
      ['an id twice', { id: '00000000-0000-4000-8000-000000000001' }],
      ['no id', { id: 'no-uuid' }],
      ['no stream', { stream: 'training' }],
      ['no scope', { scope: 'project' }],
      ['no revision', { revision: -1 }],
      ['no type', { type: 'training held' }],
      ['no schema', { schema: 0 }],
      ['no canonical JSON', { data: '{"b":1,"a":2}' }],
      ['U+0000', { meta: '{"a":"\\u0000"}' }],
      ['more than an append may have', { data: `{"a":"${'é'.repeat(600_000)}"}` }],
      ['a day that is on no calendar', { recordedAt: '2023-02-29T10:00:00.000Z' }],
      ['another time than UTC', { recordedAt: '2023-02-28T10:00:00.000+02:00' }],
      ['a salt that is too short', { salt: Buffer.alloc(15) }],
    ])('is refused with %s', async (_, second) => {
      await refused(second);
    });

    test('is refused where revisions change places', async () => {
      const events = await appendInTurn(source, newStream(), 3);
      async function* swapped(): AsyncGenerator<LogPart> {
        yield { events: [events[0]!, events[2]!, events[1]!].map(withoutPosition), texts: [] };
      }
      await expect(target.import(swapped())).rejects.toThrow('is revision 2');
      expect(await all(target)).toEqual([]);
    });

    test('is refused with texts that do not fit', async () => {
      const id = '00000000-0000-4000-8000-000000000002';
      const row = newText(id, 'a note');
      await refused({ id }, [{ ...row, text: 'another' }]);
      await refused({ id }, [{ ...row, salt: Buffer.alloc(3) }]);
      await refused({ id }, [newText(randomUUID(), 'of no event')]);
      await refused({ id }, [row, newText(id, 'twice')]);
      await refused({ id }, [newText(id, 'nul \0')]);
    });
  });
}
