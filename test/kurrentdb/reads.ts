import type { ServerWritableStream } from '@grpc/grpc-js';
import { fault } from './answers.js';
import type { Log, Logged } from './log.js';
import { identifier, nameOf, shared, streams } from './protocol.js';

export interface ReadQuirks {
  /** Reads begin with the event at their start. Otherwise after it. */
  readsAreInclusive: boolean;
}

export type ReadCall = ServerWritableStream<streams.ReadReq, streams.ReadResp>;
export type Wanted = (event: Logged) => boolean;

/** A read of a stream or of `$all`, which ends. */
export async function read(log: Log, quirks: ReadQuirks, call: ReadCall): Promise<void> {
  const options = call.request.getOptions()!;
  const events = options.hasStream() ? ofStream(log, quirks, call, options) : ofAll(log, quirks, options);
  if (!events) return;
  let left = Number(options.getCount());
  for (const event of events) {
    if (call.cancelled) break;
    left -= 1;
    if (!call.write(eventOf(event))) await drained(call);
    // Before the next one is looked for.
    if (left === 0) break;
  }
  call.end();
}

/** What the filter of a read lets through. */
export function filterOf(options: streams.ReadReq.Options): Wanted {
  const filter = options.getFilter();
  if (!filter) return () => true;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType()!;
  const of = filter.hasStreamIdentifier() ? (event: Logged) => event.stream : (event: Logged) => event.type;
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => of(event).startsWith(prefix));
  const regex = new RegExp(expression.getRegex());
  return (event) => regex.test(of(event));
}

export function eventOf(event: Logged): streams.ReadResp {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(identifier(event.stream))
    .setStreamRevision(String(event.revision))
    .setCommitPosition(String(event.position))
    .setPreparePosition(String(event.position))
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.json ? 'application/json' : 'application/octet-stream')
    .set('created', String(event.created));
  const position = String(event.position);
  return new streams.ReadResp().setEvent(
    new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position),
  );
}

/** Resolves when a call takes more, or is over. */
export function drained(call: ReadCall): Promise<void> {
  return new Promise((resolve) => {
    const ends = ['drain', 'close', 'cancelled'];
    const done = () => {
      for (const end of ends) call.off(end, done);
      resolve();
    };
    for (const end of ends) call.on(end, done);
    if (call.cancelled) done();
  });
}

function ofStream(
  log: Log,
  quirks: ReadQuirks,
  call: ReadCall,
  options: streams.ReadReq.Options,
): Iterable<Logged> | undefined {
  const from = options.getStream()!;
  const stream = nameOf(from.getStreamIdentifier());
  const events = log.read(stream);
  if (events === 'deleted') {
    call.emit('error', fault.deleted(stream));
    return undefined;
  }
  if (!events) {
    const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier(stream));
    call.write(new streams.ReadResp().setStreamNotFound(notFound));
    call.end();
    return undefined;
  }
  const start = from.hasRevision() ? BigInt(from.getRevision()) : undefined;
  const at = (event: Logged) => quirks.readsAreInclusive && event.revision === start;
  if (!isBackwards(options)) {
    if (from.hasEnd()) return [];
    return events.filter((event) => start === undefined || event.revision > start || at(event));
  }
  if (from.hasStart()) return events.filter(({ revision }) => revision === 0n);
  return events.filter((event) => start === undefined || event.revision < start || at(event)).reverse();
}

/** `$all` forwards from a position and with it; backwards from before it. */
function* ofAll(log: Log, quirks: ReadQuirks, options: streams.ReadReq.Options): Iterable<Logged> {
  const from = options.getAll()!;
  const filter = filterOf(options);
  const wanted = (event: Logged) => {
    log.considered += 1;
    return filter(event);
  };
  const end = log.all.length;
  const start = from.hasPosition() ? log.indexOf(BigInt(from.getPosition()!.getCommitPosition())) : undefined;
  if (isBackwards(options)) {
    for (let index = from.hasStart() ? -1 : (start ?? end) - 1; index >= 0; index -= 1) {
      if (wanted(log.all[index]!)) yield log.all[index]!;
    }
    return;
  }
  const skipped = start !== undefined && !quirks.readsAreInclusive ? 1 : 0;
  for (let index = from.hasEnd() ? end : (start ?? 0) + skipped; index < end; index += 1) {
    if (wanted(log.all[index]!)) yield log.all[index]!;
  }
}

function isBackwards(options: streams.ReadReq.Options): boolean {
  return options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
}
