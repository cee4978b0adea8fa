import { describe, expect, test } from '@jest/globals';
import {
  ConcurrencyConflict,
  GuardBroken,
  UnacceptableEvent,
  type AppendOptions,
  type EventStore,
  type TextPlace,
} from '#event-sourcing';
import { ledger, newEvent, newStream, newText, streamOf } from './harness.js';

/** The part of the contract about free texts that are destroyed. */
export function redactions(store: () => EventStore): void {
  describe('what is redacted', () => {
    /** An event with two texts, to be redacted. */
    async function told() {
      const [stream, event] = [newStream(), newEvent()];
      const [note, remark] = [newText(event.id, 'a note'), newText(event.id, 'a remark', '/data/remark')];
      await store().append(stream, 'none', [event], { scope: 'ledger', texts: [remark, note] });
      const left = async () => [...(await store().texts([note.textHash, remark.textHash])).values()].sort();
      return { stream, event, note, remark, left };
    }
    const redacting = (...redactions: TextPlace[]): AppendOptions => ({ scope: 'ledger', redactions });

    test('texts lie with their event, by place, until they are redacted', async () => {
      const { event, note, remark } = await told();
      const other = await told();
      const texts = await store().textsOf([other.event.id, event.id, newEvent().id]);
      const of = (id: string) => texts.filter(({ eventId }) => eventId === id);
      expect(of(event.id)).toEqual([note, remark]);
      expect(texts.map(({ eventId }) => eventId)).toEqual([event.id, event.id, other.event.id, other.event.id].sort());
      expect(await store().textsOf([])).toEqual([]);
    });

    test('a text goes with the append that redacts it, alone and with its salt; its event stays', async () => {
      const { stream, event, note, remark, left } = await told();
      const before = await streamOf(store(), stream);
      await store().append(newStream(), 'none', [newEvent()], redacting(note));
      expect(await left()).toEqual(['a remark']);
      expect(await store().textsOf([event.id])).toEqual([remark]);
      expect(await streamOf(store(), stream)).toEqual(before);
    });

    test('an append that is refused destroys nothing', async () => {
      const { stream, note, left } = await told();
      const guarded = { ...redacting(note), guards: [{ stream, revision: 7 }] };
      const stale = store().append(stream, 'none', [newEvent()], redacting(note));
      await expect(stale).rejects.toThrow(ConcurrencyConflict);
      await expect(store().append(newStream(), 'none', [newEvent()], guarded)).rejects.toThrow(GuardBroken);
      expect(await left()).toEqual(['a note', 'a remark']);
    });

    test('of appends at once, only those that are taken destroy', async () => {
      const [kept, gone] = [await told(), await told()];
      await Promise.allSettled([
        store().append(kept.stream, 'none', [newEvent()], redacting(kept.note)),
        store().append(newStream(), 'none', [newEvent()], ledger),
        store().append(newStream(), 'none', [newEvent()], redacting(gone.note)),
        store().append(kept.stream, 5, [newEvent()], redacting(kept.remark)),
        store().append(newStream(), 'none', [newEvent()], redacting(gone.remark)),
      ]);
      expect([await kept.left(), await gone.left()]).toEqual([['a note', 'a remark'], []]);
    });

    test('what is gone may be redacted again, and a repeat changes nothing', async () => {
      const { note, left } = await told();
      const [stream, event] = [newStream(), newEvent()];
      const nowhere = { eventId: newEvent().id, pointer: '/data/note' };
      const first = await store().append(stream, 'none', [event], redacting(note, nowhere, note));
      const again = await store().append(stream, 'none', [event], redacting(note, nowhere, note));
      expect(again).toEqual({ events: first.events, repeated: true });
      await store().append(stream, 0, [newEvent()], redacting(note));
      expect(await left()).toEqual(['a remark']);
    });

    test('a place must be one: nothing is written otherwise', async () => {
      const end = await store().end();
      const id = newEvent().id;
      for (const place of [
        { eventId: 'no-uuid', pointer: '/data/note' },
        { eventId: id.toUpperCase(), pointer: '/data/note' },
        { eventId: id, pointer: 'data' },
        { eventId: id, pointer: '' },
        { eventId: id, pointer: '/data/\0' },
        { eventId: id, pointer: `/${'x'.repeat(500)}` },
      ]) {
        const refused = store().append(newStream(), 'none', [newEvent()], redacting(place));
        await expect(refused).rejects.toThrow(UnacceptableEvent);
      }
      const many = Array.from({ length: 1_001 }, () => ({ eventId: id, pointer: '/data/note' }));
      const refused = store().append(newStream(), 'none', [newEvent()], redacting(...many));
      await expect(refused).rejects.toThrow('at most 1000');
      expect(await store().end()).toBe(end);
    });
  });
}
