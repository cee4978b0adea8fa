import { createHash } from 'node:crypto';
import { LogRoot, type LogPart, type TextRow } from '#event-sourcing';
import {
  archiveFormat,
  DamagedArchive,
  type ArchivedActor,
  type ArchivedEvent,
  type ArchiveEnd,
  type ArchiveHead,
  type ArchiveLine,
  type ArchiveSecrets,
} from './archive.js';

/** An archive that is being read: what stands before its log. */
export interface Archive {
  head: ArchiveHead;
  secrets: ArchiveSecrets;
  actors: readonly ArchivedActor[];
  /** To be read once, to its end: the last step throws DamagedArchive unless all of it is there, and comes to its root. */
  log: AsyncIterable<LogPart>;
  /** The root over the first so many events, hex, once the log was read so far; only of the ordinals that were asked for. */
  rootAt(ordinal: number): string | undefined;
  /** What it came to, once the log was read. */
  end(): ArchiveEnd;
}

/** Events of one part. */
const PART = 1_000;

/**
 * Opens an archive from its lines. `wanted`: ordinals of which the roots shall be known in the end. Throws DamagedArchive.
 */
export async function readArchive(lines: AsyncIterable<string>, wanted: readonly number[] = []): Promise<Archive> {
  const reader = new ArchiveReader(lines, new Set(wanted));
  const head = await reader.take('head');
  if (head?.attest !== archiveFormat) {
    const found = typeof head?.attest === 'string' ? `it is ${head.attest}` : 'its first line does not say so';
    throw new DamagedArchive(`This is no backup that this program can read (${archiveFormat}): ${found}.`);
  }
  const given = await reader.take('secrets');
  if (!given) throw reader.damaged('its secrets are missing');
  const ledger = reader.understood(() => Buffer.from(given.ledger, 'base64'));
  const secrets = { ledger, tokenSigningKey: given.tokenSigningKey };
  const actors: ArchivedActor[] = [];
  for (let actor = await reader.take('actor'); actor; actor = await reader.take('actor')) actors.push(actor);
  const tree = new LogRoot(secrets.ledger);
  return {
    ...{ head, secrets, actors },
    log: reader.log(tree, actors.length),
    rootAt: (ordinal) => reader.roots.get(ordinal),
    end: () => reader.end!,
  };
}

type Kinds = { head: ArchiveHead; secrets: { ledger: string; tokenSigningKey: string }; actor: ArchivedActor };

class ArchiveReader {
  readonly roots = new Map<number, string>();
  end: ArchiveEnd | undefined;
  readonly #lines: AsyncIterator<string>;
  readonly #sum = createHash('sha256');
  #number = 0;
  /** Read, and not taken yet. */
  #ahead: { text: string; line: ArchiveLine } | undefined;

  constructor(
    lines: AsyncIterable<string>,
    private readonly wanted: ReadonlySet<number>,
  ) {
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** The next line, where it is of that kind. */
  async take<Kind extends keyof Kinds>(kind: Kind): Promise<Kinds[Kind] | undefined> {
    const next = await this.#peek();
    if (!next || !(kind in next.line)) return undefined;
    this.#pass(next.text);
    return (next.line as unknown as Kinds)[kind];
  }

  async *log(tree: LogRoot, actors: number): AsyncGenerator<LogPart> {
    let part: { events: LogPart['events'][number][]; texts: TextRow[] } = { events: [], texts: [] };
    let texts = 0;
    this.#note(tree);
    for (let next = await this.#peek(); next && 'event' in next.line; next = await this.#peek()) {
      const { line } = next;
      const { event, own } = this.understood(() => readLine(line));
      this.understood(() => tree.add(event));
      this.#note(tree);
      part.events.push(event);
      part.texts.push(...own);
      texts += own.length;
      this.#pass(next.text);
      if (part.events.length < PART) continue;
      yield part;
      part = { events: [], texts: [] };
    }
    if (part.events.length > 0) yield part;
    this.end = await this.#checkedEnd({ events: tree.ordinal, texts, actors, root: tree.root() });
  }

  /** What the line at hand comes to. */
  understood<T>(work: () => T): T {
    try {
      return work();
    } catch (fault) {
      throw this.damaged(`it cannot be understood (${fault instanceof Error ? fault.message : String(fault)})`);
    }
  }

  #note(tree: LogRoot): void {
    if (this.wanted.has(tree.ordinal)) this.roots.set(tree.ordinal, tree.root());
  }

  async #checkedEnd(found: Omit<ArchiveEnd, 'sha256'>): Promise<ArchiveEnd> {
    const next = await this.#peek();
    if (!next) throw new DamagedArchive(`The backup is cut off after ${this.#number} lines: its last line is missing.`);
    if (!('end' in next.line)) throw this.damaged('an event or the end was expected');
    if (!(await this.#lines.next()).done) throw this.damaged('something follows its last line');
    const { end } = next.line;
    for (const name of ['events', 'texts', 'actors', 'root'] as const) {
      if (end[name] === found[name]) continue;
      throw new DamagedArchive(
        `The backup is damaged: its ${name} come to ${found[name]}, and its last line says ${end[name]}.`,
      );
    }
    if (this.#sum.digest('hex') !== end.sha256) throw new DamagedArchive('The backup is damaged: its sum is another.');
    return end;
  }

  damaged(what: string): DamagedArchive {
    return new DamagedArchive(`The backup is damaged at line ${this.#number + 1}: ${what}.`);
  }

  async #peek(): Promise<{ text: string; line: ArchiveLine } | undefined> {
    if (this.#ahead) return this.#ahead;
    const { value, done } = await this.#lines.next();
    if (done) return undefined;
    try {
      this.#ahead = { text: value, line: JSON.parse(value) as ArchiveLine };
    } catch {
      throw this.damaged('it is no JSON');
    }
    return this.#ahead;
  }

  #pass(text: string): void {
    this.#number += 1;
    this.#sum.update(`${text}\n`);
    this.#ahead = undefined;
  }
}

function readLine({ event, texts = [] }: Extract<ArchiveLine, { event: ArchivedEvent }>) {
  const bytes = (text: string) => Buffer.from(text, 'base64');
  return {
    event: { ...event, salt: bytes(event.salt) },
    own: texts.map(({ salt, ...text }): TextRow => ({ eventId: event.id, ...text, salt: bytes(salt) })),
  };
}
