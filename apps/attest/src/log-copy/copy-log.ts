import { LogRoot, type LogPart } from '#event-sourcing';
import { arriving, logName } from '#hosting/src/log-binding.js';
import { logParts } from '#hosting/src/log-parts.js';
import { bindLog } from '#postgres/src/log-binding.js';
import { destroyUnordered } from '#postgres/src/pending-redactions.js';
import { Sequence } from '#postgres/src/sequence.js';
import { readSecret, readVault, writeVault } from '#postgres/src/vault.js';
import type { OpenPlace, OpenTarget } from './open-place.js';

/** What a log came to, read event by event. */
export interface Read {
  events: number;
  texts: number;
  /** RFC 6962 root over the events' leaves, hex. */
  root: string;
}

export interface Copied {
  from: Read;
  to: Read;
  /** In one sentence, where the two are not the same, or the source is not what it was. */
  difference: string | null;
}

export interface Watching {
  copied(events: number, of: number | undefined): void;
  compared(events: number, of: number): void;
  /** Ends it between two parts; run again, it goes on. */
  signal: AbortSignal;
}

/**
 * Copies secret, actors, texts and events in order, as they are, into a place that is empty or holds the part of it that a
 * former run wrote. Then both are compared by what was read back. Until they are the same the target does not start.
 */
export async function copyLog(source: OpenPlace, target: OpenTarget, watching: Watching): Promise<Copied> {
  const vault = await readVault(source.pool);
  const known = await knownRoot(source);
  const end = await source.store.end();
  await destroyUnordered(source.pool, source.store);
  const total = source.place.log.engine === 'postgres' ? Number(end) : undefined;
  const reading = new Reading(vault.secret, known.ordinal);
  const { signal } = watching;
  const parts = noted(logParts(source.store, end), reading, signal, (events) => watching.copied(events, total));
  const [open, closed] = [arriving(target.place.log), logName(target.place.log)];
  if (target.isThere) await drain(parts);
  else {
    if (target.boundTo !== open) await bindLog(target.owner, target.boundTo, open);
    await writeVault(target.owner, vault);
    await target.store.import(parts);
  }
  const from = reading.result();
  const to = await readBack(target, from.events, watching);
  const difference = changed(source, reading, known) ?? differenceOf(from, to);
  const isOpen = !target.isThere || target.boundTo === open;
  if (difference === null && isOpen) await bindLog(target.owner, open, closed);
  return { from, to, difference };
}

async function readBack({ store, pool }: OpenTarget, of: number, { compared, signal }: Watching): Promise<Read> {
  const reading = new Reading(await readSecret(pool));
  const parts = logParts(store, await store.end());
  await drain(noted(parts, reading, signal, (events) => compared(events, of)));
  return reading.result();
}

/** Folds a log as it passes. */
class Reading {
  readonly #log: LogRoot;
  #texts = 0;
  /** The root over the events that were asked for; undefined where there are fewer. */
  rootThere: string | undefined;

  constructor(
    secret: Buffer,
    private readonly asked?: number,
  ) {
    this.#log = new LogRoot(secret);
  }

  note({ events, texts }: LogPart): void {
    this.#texts += texts.length;
    for (const event of events) {
      this.#log.add(event);
      if (this.#log.ordinal === this.asked) this.rootThere = this.#log.root();
    }
  }

  get events(): number {
    return this.#log.ordinal;
  }

  result(): Read {
    return { events: this.events, texts: this.#texts, root: this.#log.root() };
  }
}

async function* noted(
  parts: AsyncIterable<LogPart>,
  reading: Reading,
  signal: AbortSignal,
  passed: (events: number) => void,
): AsyncGenerator<LogPart> {
  for await (const part of parts) {
    if (signal.aborted) throw new Error('Ended before its end: run the same again, it goes on from there.');
    reading.note(part);
    yield part;
    passed(reading.events);
  }
}

async function drain(parts: AsyncIterable<LogPart>): Promise<void> {
  for await (const part of parts) void part;
}

/** The root that the source's own order came to when its events were recorded, as far as they have ordinals. */
async function knownRoot({ pool, store }: OpenPlace): Promise<{ ordinal: number; root: string }> {
  const sequence = new Sequence(pool, store);
  const { ordinal } = await sequence.end();
  return { ordinal, root: (await sequence.rootAt(ordinal)).toString('hex') };
}

function changed(
  { place }: OpenPlace,
  { rootThere }: Reading,
  known: { ordinal: number; root: string },
): string | null {
  if (known.ordinal === 0 || rootThere === known.root) return null;
  return (
    `${place.label} is not what it was: its first ${known.ordinal} events come to the root ${rootThere ?? 'of fewer'}, ` +
    `and had ${known.root}.`
  );
}

function differenceOf(from: Read, to: Read): string | null {
  if (from.events !== to.events) return `The one has ${from.events} events, the other ${to.events}.`;
  if (from.root !== to.root)
    return `Over ${from.events} events the one comes to the root ${from.root}, the other to ${to.root}.`;
  if (from.texts !== to.texts) return `The one has ${from.texts} texts, the other ${to.texts}.`;
  return null;
}
