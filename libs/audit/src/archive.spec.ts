import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventHash, leaf, rootOf, scopeSecret, type LogPart } from '#event-sourcing';
import { CreateProject } from '#projects';
import { HoldTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { readArchive, type Archive } from './archive-reader.js';
import { archiveLines, DamagedArchive, type ArchiveEnd } from './archive.js';

const secrets = { ledger: Buffer.alloc(32, 7), tokenSigningKey: 'PEM\n' };
const head = { program: '0.1.0', createdAt: '2026-01-02T03:04:05.678Z' };
const actors = [
  { id: idOf(90), name: 'Amal, ميداني', createdAt: '2026-01-01T00:00:00.000Z' },
  { id: idOf(91), name: 'Attest', createdAt: '2026-01-01T00:00:00.000Z' },
];

async function ledger() {
  const made = new World();
  const sheet = { reference: 'P', title: 'Project', currency: 'EUR', timeZone: 'UTC', start: '2022' };
  await made.tell(CreateProject, { id: projectId, ...sheet });
  for (let n = 0; n < 12; n += 1) {
    const held = { id: idOf(100 + n), kind: 'training' as const, title: `Training ${n}`, occurredOn: '2022-07-01' };
    await made.tell(HoldTraining, { ...held, note: n % 3 === 0 ? undefined : `Ill:\n"${n}" \u{1f600}` });
  }
  await made.catchUp();
  return made;
}

async function* logOf(made: World, batch = 5): AsyncGenerator<LogPart> {
  for (let at = 0; at < made.store.log.length; at += batch) {
    const events = made.store.log.slice(at, at + batch);
    yield { events, texts: await made.store.textsOf(events.map(({ id }) => id)) };
  }
}

async function write(made: World): Promise<{ text: string; end: ArchiveEnd }> {
  const lines = archiveLines({ head, secrets, actors, log: logOf(made) });
  let text = '';
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return { text, end: value };
    text += value;
  }
}

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined);
}

async function readWhole(text: string, wanted: number[] = []): Promise<{ archive: Archive; parts: LogPart[] }> {
  const archive = await readArchive(linesOf(text), wanted);
  const parts: LogPart[] = [];
  for await (const part of archive.log) parts.push(part);
  return { archive, parts };
}

test('what was written is read: every byte of the log, its texts, names, keys, and the root', async () => {
  const made = await ledger();
  const { text, end } = await write(made);
  const { archive, parts } = await readWhole(text, [3, 13]);
  expect(archive.head).toEqual({ attest: 'backup@1', ...head });
  expect({ ...archive.secrets }).toEqual(secrets);
  expect(archive.actors).toEqual(actors);
  const events = parts.flatMap((part) => part.events);
  expect(events).toEqual(made.store.log.map(({ position: _, ...event }) => event));
  const byPlace = (rows: LogPart['texts']) => [...rows].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
  expect(byPlace(parts.flatMap((part) => part.texts))).toEqual(
    byPlace(await made.store.textsOf(events.map(({ id }) => id))),
  );
  expect(archive.end()).toEqual(end);
  expect(end).toMatchObject({ events: 13, texts: 8, actors: 2 });
  // All of one scope: its ordinals are the ledger's.
  const secret = scopeSecret(secrets.ledger, projectId);
  const leaves = events.map((event, index) =>
    leaf({ ordinal: index + 1, scopeOrdinal: index + 1, scopeSecret: secret, hash: eventHash(event.salt, event) }),
  );
  expect(end.root).toBe(rootOf(leaves).toString('hex'));
  expect(archive.rootAt(3)).toBe(rootOf(leaves.slice(0, 3)).toString('hex'));
  expect(archive.rootAt(13)).toBe(end.root);
  expect(archive.rootAt(4)).toBeUndefined();
});

test('an empty ledger has a backup, too', async () => {
  const { text } = await write(new World());
  const { archive, parts } = await readWhole(text, [0]);
  expect(parts).toEqual([]);
  expect(archive.rootAt(0)).toBe(archive.end().root);
});

describe('what is not as it was written is refused', () => {
  const whole = ledger().then(write);
  const refused = async (text: string) =>
    readWhole(text).then(
      () => 'taken',
      (fault: unknown) => fault,
    );

  test('a letter that was changed, anywhere', async () => {
    const { text } = await whole;
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 2), async (at) => {
        fc.pre(text[at] !== '\n');
        const other = text[at] === 'a' ? 'b' : 'a';
        expect(await refused(text.slice(0, at) + other + text.slice(at + 1))).toBeInstanceOf(DamagedArchive);
      }),
    );
  });

  test('a line that is missing, doubled or moved, anywhere', async () => {
    const lines = (await whole).text.trimEnd().split('\n');
    for (let at = 0; at < lines.length; at += 1) {
      const others = lines.toSpliced(at, 1);
      expect(await refused(`${others.join('\n')}\n`)).toBeInstanceOf(DamagedArchive);
      expect(await refused(`${lines.toSpliced(at, 0, lines[at]!).join('\n')}\n`)).toBeInstanceOf(DamagedArchive);
      const to = (at + 3) % lines.length;
      expect(await refused(`${others.toSpliced(to, 0, lines[at]!).join('\n')}\n`)).toBeInstanceOf(DamagedArchive);
    }
  });

  test('one that is cut off', async () => {
    const { text } = await whole;
    const fault = await refused(text.split('\n').slice(0, 9).join('\n'));
    expect(String(fault)).toContain('cut off after 9 lines');
  });

  test('one of a format that is not known', async () => {
    const { text } = await whole;
    expect(String(await refused(text.replace('backup@1', 'backup@2')))).toContain('it is backup@2');
    expect(String(await refused('PK'))).toContain('line 1');
  });
});
