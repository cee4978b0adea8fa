import { ConcurrencyConflict, GuardBroken, UnacceptableEvent, type ExpectedRevision } from '#event-sourcing';
import { byteaArray, int2Array, int4Array, textArray, uuidArray } from './binary-arrays.js';
import type { QueuedAppend, Verdict } from './queued-append.js';

/** A batch as one call of append_events or append_event (migrations/003-redactions.ts), and its rows as verdicts. */
export interface AppendCall {
  name: string;
  text: string;
  values: unknown[];
}

const call = (of: string, parameters: number) =>
  `select * from ${of}(${Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ')})`;
const SINGLE = { name: 'append_event', text: call('append_event', 10) };
const APPENDING = { name: 'append_events', text: call('append_events', 21) };
const REDACTING = { name: 'append_events and redact', text: call('append_events', 24) };

/** A clock is for tests; otherwise the server's is read, under the lock. */
export function appendCall(batch: readonly QueuedAppend[], clock: Date | undefined): AppendCall {
  if (batch.length === 1 && isSingle(batch[0]!)) return { ...SINGLE, values: singleValues(batch[0]!, clock) };
  const values = appendValues(batch, clock);
  if (batch.every(({ redactions }) => redactions.length === 0)) return { ...APPENDING, values };
  return { ...REDACTING, values: [...values, ...redactionValues(batch)] };
}

/** One event and nothing else: most appends. */
const isSingle = ({ events, guards, texts, redactions }: QueuedAppend) =>
  events.length === 1 && guards.length === 0 && texts.length === 0 && redactions.length === 0;

function singleValues({ stream, expected, scope, events, salts }: QueuedAppend, clock: Date | undefined): unknown[] {
  const { id, type, schema, data, meta } = events[0]!;
  return [clock?.toISOString() ?? null, stream, expected, scope, id, type, schema, data, meta, salts[0]];
}

function redactionValues(batch: readonly QueuedAppend[]): Buffer[] {
  const places = batch.flatMap(({ redactions }, index) => redactions.map((place) => ({ ...place, append: index + 1 })));
  return [
    int4Array(places.map(({ append }) => append)),
    uuidArray(places.map(({ eventId }) => eventId)),
    textArray(places.map(({ pointer }) => pointer)),
  ];
}

/** In the order of the function's parameters. */
function appendValues(batch: readonly QueuedAppend[], clock: Date | undefined): unknown[] {
  const append = { stream: [] as string[], expected: [] as number[], scope: [] as string[] };
  const event = {
    append: [] as number[],
    id: [] as string[],
    revision: [] as number[],
    type: [] as string[],
    schema: [] as number[],
    data: [] as string[],
    meta: [] as string[],
    salt: [] as Buffer[],
  };
  const guard = { append: [] as number[], stream: [] as string[], expected: [] as number[] };
  const text = {
    append: [] as number[],
    event: [] as string[],
    pointer: [] as string[],
    text: [] as string[],
    salt: [] as Buffer[],
    hash: [] as string[],
  };
  let place = 0;
  for (const each of batch) {
    place += 1;
    append.stream.push(each.stream);
    append.expected.push(each.expected);
    append.scope.push(each.scope);
    let revision = each.expected;
    for (const one of each.events) {
      revision += 1;
      event.append.push(place);
      event.id.push(one.id);
      event.revision.push(revision);
      event.type.push(one.type);
      event.schema.push(one.schema);
      event.data.push(one.data);
      event.meta.push(one.meta);
    }
    for (const salt of each.salts) event.salt.push(salt);
    for (const one of each.guards) {
      guard.append.push(place);
      guard.stream.push(one.stream);
      guard.expected.push(asNumber(one.revision));
    }
    for (const one of each.texts) {
      text.append.push(place);
      text.event.push(one.eventId);
      text.pointer.push(one.pointer);
      text.text.push(one.text);
      text.salt.push(one.salt);
      text.hash.push(one.textHash);
    }
  }
  return [
    clock?.toISOString() ?? null,
    textArray(append.stream),
    int4Array(append.expected),
    textArray(append.scope),
    int4Array(event.append),
    uuidArray(event.id),
    int4Array(event.revision),
    textArray(event.type),
    int2Array(event.schema),
    textArray(event.data),
    textArray(event.meta),
    byteaArray(event.salt),
    int4Array(guard.append),
    textArray(guard.stream),
    int4Array(guard.expected),
    int4Array(text.append),
    uuidArray(text.event),
    textArray(text.pointer),
    textArray(text.text),
    byteaArray(text.salt),
    textArray(text.hash),
  ];
}

/** append, verdict, stream, expected, actual, last, recorded_at */
export type AppendRow = [number, string, string | null, number | null, number | null, bigint | null, string | null];

/** The verdicts in the order of the batch; null where the log knows an event's id already. */
export function readVerdicts(batch: readonly QueuedAppend[], rows: readonly AppendRow[]): (Verdict | null)[] {
  const verdicts: (Verdict | null | undefined)[] = new Array<undefined>(batch.length);
  const written = rows.at(-1)!;
  for (const row of rows) {
    const [append, verdict] = row;
    if (append === 0) continue;
    // A repeat finds its stream moved, by itself: that its ids are known says more. And a guard says least.
    if (verdict === 'known') verdicts[append - 1] = null;
    else if (verdicts[append - 1] === undefined || (verdicts[append - 1] && verdict !== 'guard'))
      verdicts[append - 1] = { refused: refusal(row, batch[append - 1]!) };
  }
  let first = written[5]! + 1n;
  const recordedAt = written[6]!;
  return batch.map((append, index) => {
    const refused = verdicts[index];
    if (refused !== undefined) return refused;
    const verdict = { written: { first, recordedAt } };
    first += BigInt(append.events.length);
    return verdict;
  });
}

function refusal([, verdict, stream, expected, actual]: AppendRow, append: QueuedAppend) {
  if (verdict === 'scope') return new UnacceptableEvent(`${stream} is of another scope than ${append.scope}, for ever`);
  const Refusal = verdict === 'guard' ? GuardBroken : ConcurrencyConflict;
  return new Refusal(stream!, asRevision(expected!), asRevision(actual!));
}

export const asNumber = (revision: ExpectedRevision): number => (revision === 'none' ? -1 : revision);
const asRevision = (revision: number): ExpectedRevision => (revision === -1 ? 'none' : revision);
