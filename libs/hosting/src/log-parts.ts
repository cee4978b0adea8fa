import type { EventStore, LogPart } from '#event-sourcing';

/**
 * A log up to a position, in parts, for copies. Texts are read after their events: what is redacted meanwhile is missing,
 * as it is in the log; and so is what a try left behind that no event came of, which engines without texts may have.
 */
export async function* logParts(store: EventStore, last: bigint): AsyncGenerator<LogPart> {
  if (last === 0n) return;
  for await (const batch of store.readAll({ after: 0n })) {
    const events = batch.filter(({ position }) => position <= last);
    const ofEvent = new Map(events.map(({ id, data, meta }) => [id, data + meta]));
    const texts = await store.textsOf([...ofEvent.keys()]);
    yield { events, texts: texts.filter(({ eventId, textHash }) => ofEvent.get(eventId)!.includes(textHash)) };
    if (batch.at(-1)!.position >= last) return;
  }
}
