import { createHash } from 'node:crypto';
import { LogRoot, type LogPart, type StoredEvent, type TextRow } from '#event-sourcing';

/**
 * A backup: lines of JSON, gzipped. First what it is, then the ledger's secrets, the names of its actors, every event with
 * its free texts, in order, and last what all of it comes to. DANGER: an archive of any released version must be readable
 * for ever; `test/golden/` holds one of the first.
 */

export const archiveFormat = 'backup@1';

export interface ArchiveHead {
  attest: string;
  /** Version of the program that wrote it. */
  program: string;
  createdAt: string;
}

/** What the log cannot be read and continued without. */
export interface ArchiveSecrets {
  /** 32 bytes: see `ledger.secret`. */
  ledger: Buffer;
  /** PKCS #8 in PEM. */
  tokenSigningKey: string;
}

export interface ArchivedActor {
  id: string;
  name: string;
  createdAt: string;
}

export interface ArchiveEnd {
  events: number;
  texts: number;
  actors: number;
  /** RFC 6962 root over the events' leaves, hex. */
  root: string;
  /** SHA-256 of all lines before this one, hex. */
  sha256: string;
}

/** The archive is not whole, or not one that this program can read; the message is a sentence. */
export class DamagedArchive extends Error {
  override readonly name = 'DamagedArchive';
}

/** As it stands in the file: bytes are base64. */
export type ArchivedEvent = Omit<StoredEvent, 'position' | 'salt'> & { salt: string };
type ArchivedText = Omit<TextRow, 'eventId' | 'salt'> & { salt: string };
export type ArchiveLine =
  | { head: ArchiveHead }
  | { secrets: { ledger: string; tokenSigningKey: string } }
  | { actor: ArchivedActor }
  | { event: ArchivedEvent; texts?: ArchivedText[] }
  | { end: ArchiveEnd };

export interface ArchiveContent {
  head: Omit<ArchiveHead, 'attest'>;
  secrets: ArchiveSecrets;
  actors: readonly ArchivedActor[];
  /** In order, from the first event on. */
  log: AsyncIterable<LogPart>;
}

/** The lines of an archive, in pieces of many; `passed` hears how many events have gone by. Answers what it came to. */
export async function* archiveLines(
  { head, secrets, actors, log }: ArchiveContent,
  passed: (events: number) => void = () => undefined,
): AsyncGenerator<string, ArchiveEnd> {
  const sum = createHash('sha256');
  const written = (lines: readonly ArchiveLine[]) => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    sum.update(text);
    return text;
  };
  const tree = new LogRoot(secrets.ledger);
  let texts = 0;
  yield written([
    { head: { attest: archiveFormat, ...head } },
    { secrets: { ledger: secrets.ledger.toString('base64'), tokenSigningKey: secrets.tokenSigningKey } },
    ...actors.map((actor) => ({ actor })),
  ]);
  for await (const part of log) {
    const byEvent = Map.groupBy(part.texts, ({ eventId }) => eventId);
    for (const event of part.events) tree.add(event);
    texts += part.texts.length;
    yield written(part.events.map((event) => lineOf(event, byEvent.get(event.id))));
    passed(tree.ordinal);
  }
  const end = { events: tree.ordinal, texts, actors: actors.length, root: tree.root(), sha256: sum.digest('hex') };
  yield `${JSON.stringify({ end } satisfies ArchiveLine)}\n`;
  return end;
}

function lineOf(event: LogPart['events'][number], texts: readonly TextRow[] = []): ArchiveLine {
  const { id, stream, revision, type, schema, scope, recordedAt, data, meta, salt } = event;
  return {
    event: { id, stream, revision, type, schema, scope, recordedAt, data, meta, salt: salt.toString('base64') },
    ...(texts.length > 0 && {
      texts: texts.map(({ eventId: _, salt: grain, ...text }) => ({ ...text, salt: grain.toString('base64') })),
    }),
  };
}
