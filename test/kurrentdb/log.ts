import { randomUUID } from 'node:crypto';
import { bytesOf } from './protocol.js';

/** What an append or a delete expects its stream to be at. */
export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;

export interface Proposed {
  id: string;
  type: string;
  json: boolean;
  data: Uint8Array;
  metadata: Uint8Array;
}

export interface Logged extends Proposed {
  stream: string;
  revision: bigint;
  /** Both the commit and the prepare position. */
  position: bigint;
  /** Ticks of 100 ns since 1970. */
  created: bigint;
}

export type Outcome =
  | { kind: 'stored'; revision: bigint; position: bigint }
  | { kind: 'wrong'; current: bigint | undefined }
  | { kind: 'deleted' };

export interface LogQuirks {
  /** Positions are byte offsets, with gaps. Otherwise 1, 2, 3 ... */
  byteGaps: boolean;
  /** The same ids again at the same explicit revision answer the first result. Otherwise: wrong expected version. */
  repeatsAreKnown: boolean;
  /** The same id with another body is taken for a repeat. Otherwise: wrong expected version. */
  otherBodiesAreDropped: boolean;
  /** With ANY a repeat is known for so many events, and until a restart. */
  anyRemembers: number;
  /** System events come up among the others: one before every so many events. 0: none but the log's own. */
  systemEventEvery: number;
}

/** `$tb` of a stream that was deleted softly. */
const DELETED = 2 ** 63;
const HEADER_BYTES = 152;

/** All streams of one server, in memory. Nothing is ever scavenged. */
export class Log {
  readonly all: Logged[] = [];
  private readonly streams = new Map<string, Logged[]>();
  private readonly tombstones = new Set<string>();
  private readonly watchers = new Set<(event: Logged) => void>();
  private readonly recent = new Map<string, Logged>();
  /** Events that reads of `$all` looked at. */
  considered = 0;
  /** Appends that were answered from what was there. */
  repeats = 0;
  private end = 0n;
  private sinceSystemEvent = 0;

  constructor(private readonly quirks: LogQuirks) {
    this.system('$users', '$User');
  }

  append(stream: string, expected: Expected, proposed: readonly Proposed[]): Outcome {
    if (this.tombstones.has(stream)) return { kind: 'deleted' };
    const events = this.streams.get(stream) ?? [];
    const current = BigInt(events.length) - 1n;
    const wrong: Outcome = { kind: 'wrong', current: current < 0n ? undefined : current };
    const revived = this.isDeleted(stream) && (expected === 'any' || expected === 'no_stream');
    const repeat = this.repeat(stream, events, expected, proposed);
    if (repeat === 'refused') return wrong;
    if (repeat) {
      this.repeats += 1;
      return repeat;
    }
    if (!revived && !fits(expected, current)) return wrong;
    if (revived) this.setMetadata(stream, { $tb: Number(current + 1n) });
    return this.write(stream, proposed);
  }

  /** Hides what a stream holds; it can be written again. `$all` keeps the events. */
  delete(stream: string, expected: Expected): Outcome {
    return this.remove(stream, expected, () => this.setMetadata(stream, { $tb: DELETED }));
  }

  /** Ends a stream for ever. `$all` keeps the events. */
  tombstone(stream: string, expected: Expected): Outcome {
    return this.remove(stream, expected, () => {
      const outcome = this.write(stream, [proposal('$streamDeleted', '{}')]);
      this.tombstones.add(stream);
      return outcome;
    });
  }

  /** What a stream still shows, oldest first; undefined where there is no such stream. */
  read(stream: string): readonly Logged[] | 'deleted' | undefined {
    if (this.tombstones.has(stream)) return 'deleted';
    const events = this.streams.get(stream);
    if (!events || this.isDeleted(stream)) return undefined;
    const { $tb, $maxCount, $maxAge } = this.metadata(stream);
    const from = Math.max($tb ?? 0, $maxCount === undefined ? 0 : events.length - $maxCount);
    const oldest = $maxAge === undefined ? 0n : now() - BigInt($maxAge) * 10_000_000n;
    return events.slice(from).filter(({ created }) => created >= oldest);
  }

  /** The first index in `all` at or after a position. */
  indexOf(position: bigint): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  watch(seen: (event: Logged) => void): () => void {
    this.watchers.add(seen);
    return () => this.watchers.delete(seen);
  }

  /** From now on a repeat with ANY is written twice. */
  forget(): void {
    this.recent.clear();
  }

  /** An event of the server's own. */
  system(stream = '$stats-127.0.0.1:2113', type = '$statsCollected'): void {
    this.write(stream, [proposal(type, '{"proc":{}}')]);
  }

  private remove(stream: string, expected: Expected, how: () => Outcome): Outcome {
    if (this.tombstones.has(stream)) return { kind: 'deleted' };
    const current = BigInt(this.streams.get(stream)?.length ?? 0) - 1n;
    if (fits(expected, current)) return how();
    return { kind: 'wrong', current: current < 0n ? undefined : current };
  }

  /** Whether this was stored before: its first outcome, or that it contradicts what was. */
  private repeat(
    stream: string,
    events: readonly Logged[],
    expected: Expected,
    proposed: readonly Proposed[],
  ): Outcome | 'refused' | undefined {
    const explicit = typeof expected === 'bigint' || expected === 'no_stream';
    const first = expected === 'no_stream' ? 0 : Number(expected) + 1;
    if (explicit ? first >= events.length || !this.quirks.repeatsAreKnown : !this.isRecent(stream, proposed[0])) return;
    const known = proposed.map(({ id }, index) => (explicit ? events[first + index] : this.recent.get(id)));
    const same = proposed.every((event, index) => this.isSame(event, known[index], stream));
    const last = known.at(-1);
    if (!same || !last) return explicit && this.isDeleted(stream) ? undefined : 'refused';
    return { kind: 'stored', revision: last.revision, position: last.position };
  }

  private isRecent(stream: string, event: Proposed | undefined): boolean {
    return event !== undefined && this.recent.get(event.id)?.stream === stream;
  }

  private isSame(event: Proposed, known: Logged | undefined, stream: string): boolean {
    if (known?.id !== event.id || known.stream !== stream) return false;
    return this.quirks.otherBodiesAreDropped || Buffer.compare(known.data, event.data) === 0;
  }

  private write(stream: string, proposed: readonly Proposed[]): Outcome {
    const events = this.streams.get(stream) ?? [];
    this.streams.set(stream, events);
    const created = now();
    this.intersperse(stream, proposed.length);
    for (const event of proposed) {
      const logged: Logged = { ...event, stream, created, revision: BigInt(events.length), position: this.next(event) };
      events.push(logged);
      this.all.push(logged);
      this.remember(logged);
      for (const seen of this.watchers) seen(logged);
    }
    return { kind: 'stored', revision: BigInt(events.length) - 1n, position: events.at(-1)?.position ?? 0n };
  }

  private intersperse(stream: string, count: number): void {
    const { systemEventEvery } = this.quirks;
    if (systemEventEvery === 0 || stream.startsWith('$')) return;
    this.sinceSystemEvent += count;
    if (this.sinceSystemEvent < systemEventEvery) return;
    this.sinceSystemEvent = 0;
    this.system();
  }

  private next(event: Proposed): bigint {
    const position = this.end;
    const { length } = event.data;
    this.end += this.quirks.byteGaps ? BigInt(HEADER_BYTES + event.type.length + length + event.metadata.length) : 1n;
    return position;
  }

  private remember(event: Logged): void {
    this.recent.set(event.id, event);
    if (this.recent.size > this.quirks.anyRemembers) this.recent.delete(this.recent.keys().next().value!);
  }

  private isDeleted(stream: string): boolean {
    const { $tb } = this.metadata(stream);
    return $tb !== undefined && $tb >= DELETED;
  }

  private metadata(stream: string): { $tb?: number; $maxCount?: number; $maxAge?: number } {
    const last = stream.startsWith('$$') ? undefined : this.streams.get(`$$${stream}`)?.at(-1);
    return last ? JSON.parse(Buffer.from(last.data).toString('utf8')) : {};
  }

  private setMetadata(stream: string, change: object): Outcome {
    const json = JSON.stringify({ ...this.metadata(stream), ...change });
    return this.write(`$$${stream}`, [proposal('$metadata', json)]);
  }
}

function fits(expected: Expected, current: bigint): boolean {
  if (expected === 'any') return true;
  if (expected === 'no_stream') return current === -1n;
  if (expected === 'stream_exists') return current >= 0n;
  return expected === current;
}

function proposal(type: string, json: string): Proposed {
  return { id: randomUUID(), type, json: true, data: bytesOf(json), metadata: new Uint8Array() };
}

function now(): bigint {
  return BigInt(Date.now()) * 10_000n;
}
