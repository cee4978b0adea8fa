import { isDeepStrictEqual } from 'node:util';
import type { Logged, Stored } from '../faults/evidence.js';
import { withoutRepeats, type TopicMessage } from '../kafka/topic-reader.js';

/** What a ledger published, as it lies in its topics. */
export interface Published {
  log: TopicMessage[];
  facts: TopicMessage[];
}

/** What the topics of events have that the log has not, and the other way round. */
export function topicFaults(stored: Stored, { log, facts }: Published): string[] {
  const events = byOrdinal(stored);
  return [
    ...orderFaults(events.size, log).map((fault) => `topic of the log: ${fault}`),
    ...completeFaults(events.size, facts).map((fault) => `topic of facts: ${fault}`),
    ...keyFaults(facts).map((fault) => `topic of facts: ${fault}`),
    ...contentFaults(events, [...log, ...facts]),
  ];
}

/** The event of each ordinal. */
function byOrdinal({ log, sequence }: Stored): Map<number, Logged> {
  const byId = new Map(log.map((event) => [event.id, event]));
  return new Map(sequence.map(({ ordinal, event_id }) => [ordinal, byId.get(event_id)!]));
}

/** Once repeats are dropped by their sequence: 1, 2, 3 ... to the end, in this order, in one partition. */
function orderFaults(end: number, messages: readonly TopicMessage[]): string[] {
  const kept = withoutRepeats(messages).map(({ event: { ordinal } }) => ordinal);
  const wrong = kept.findIndex((ordinal, index) => ordinal !== index + 1);
  const others = new Set(messages.map(({ partition }) => partition));
  return [
    ...(wrong < 0 ? [] : [`ordinal ${kept[wrong]} stands where ${wrong + 1} belongs`]),
    ...(kept.length === end ? [] : [`${kept.length} events, the log has ${end}`]),
    ...(others.size <= 1 ? [] : [`${others.size} partitions`]),
  ];
}

/** Once repeats are dropped by their sequence, in each partition: every ordinal once. */
function completeFaults(end: number, messages: readonly TopicMessage[]): string[] {
  const times = new Map<number, number>();
  for (const { event } of withoutRepeats(messages)) times.set(event.ordinal, (times.get(event.ordinal) ?? 0) + 1);
  const missing = Array.from({ length: end }, (_, index) => index + 1).filter((ordinal) => !times.has(ordinal));
  const twice = [...times].filter(([ordinal, count]) => count > 1 || ordinal > end);
  return [
    ...missing.map((ordinal) => `ordinal ${ordinal} is missing, or behind a later one`),
    ...twice.map(([ordinal, count]) => `ordinal ${ordinal} is there ${count} times, of ${end}`),
  ];
}

/** A project's events lie in one partition. */
function keyFaults(messages: readonly TopicMessage[]): string[] {
  const partitions = Map.groupBy(messages, ({ event }) => event.scope);
  return [...partitions].flatMap(([scope, all]) => {
    const isAlike = all.every(({ key, partition }) => key === scope && partition === all[0]!.partition);
    return isAlike ? [] : [`the events of ${scope} lie in several partitions, or under another key`];
  });
}

/** Also of what is repeated. */
function contentFaults(events: ReadonlyMap<number, Logged>, messages: readonly TopicMessage[]): string[] {
  return messages.flatMap(({ event }) => {
    const logged = events.get(event.ordinal);
    if (!logged) return [`ordinal ${event.ordinal} (${event.type} ${event.id}) is published, and none of the log`];
    const { id, type, stream, revision, scope } = event;
    const published = { id, type, stream, revision, scope, position: Number(event.position) };
    const wanted = {
      ...{ id: logged.id, type: logged.type, stream: logged.stream, revision: logged.revision },
      ...{ scope: logged.scope, position: logged.position },
    };
    const isAlike =
      isDeepStrictEqual(published, wanted) &&
      isDeepStrictEqual(event.data, JSON.parse(logged.data)) &&
      isDeepStrictEqual(event.meta, JSON.parse(logged.meta)) &&
      new Date(event.recordedAt).getTime() === new Date(`${logged.recorded_at.replace(' ', 'T')}:00`).getTime();
    return isAlike
      ? []
      : [`ordinal ${event.ordinal} is published as ${JSON.stringify(published)}, not ${JSON.stringify(logged)}`];
  });
}
