import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, getAt } from './canonical-json.js';
import { commandId, eventId } from './ids.js';
import { bodyTag, eventBytes, eventHash, leaf, scopeSecret, textHash, type HashedEvent } from './leaf.js';
import { inclusionProof, leafHash, rootOf, verifyInclusion } from './merkle.js';

interface Golden {
  ledgerSecret: string;
  actor: string;
  events: {
    idempotencyKey: string;
    body: string;
    ordinal: number;
    scopeOrdinal: number;
    salt: string;
    text?: { pointer: string; salt: string; text: string; textHash: string };
    event: HashedEvent;
    hash: string;
    leaf: string;
    root: string;
  }[];
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/golden/ledger-v1.json'), 'utf8'),
) as Golden;
const hex = (text: string) => Buffer.from(text, 'hex');
const secret = hex(golden.ledgerSecret);

describe('the golden ledger', () => {
  test('has five events of two scopes, with free text in data and in meta', () => {
    expect(golden.events.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(golden.events.map(({ event }) => event.scope)).size).toBe(2);
    expect(golden.events.flatMap(({ text }) => text?.pointer ?? [])).toEqual(['/data/note', '/meta/reason']);
  });

  test.each(golden.events)('event $ordinal, $event.type, has its ids, tags, hash and leaf', (entry) => {
    const { event } = entry;
    const data = JSON.parse(event.data) as unknown;
    const meta = JSON.parse(event.meta) as { commandId: string; bodyTag: string };
    expect([canonical(data), canonical(meta)]).toEqual([event.data, event.meta]);
    expect(commandId(golden.actor, entry.idempotencyKey)).toBe(meta.commandId);
    expect(eventId(meta.commandId, 0)).toBe(event.id);
    expect(bodyTag(secret, entry.body)).toBe(meta.bodyTag);

    const hash = eventHash(hex(entry.salt), event);
    expect(hash.toString('hex')).toBe(entry.hash);
    const own = { ordinal: entry.ordinal, scopeOrdinal: entry.scopeOrdinal };
    expect(leaf({ ...own, scopeSecret: scopeSecret(secret, event.scope), hash })).toBe(entry.leaf);
  });

  test.each(golden.events.filter(({ text }) => text))('event $ordinal holds its free text by hash only', (entry) => {
    const { pointer, salt, text, textHash: expected } = entry.text!;
    const event = { data: JSON.parse(entry.event.data), meta: JSON.parse(entry.event.meta) };
    expect(textHash(hex(salt), text)).toBe(expected);
    expect(getAt(event, `${pointer}/textHash`)).toBe(expected);
    expect(entry.event.data + entry.event.meta).not.toContain(text);
  });

  test('has its root after each event', () => {
    const leaves = golden.events.map((entry) => entry.leaf);
    expect(leaves.map((_, index) => rootOf(leaves.slice(0, index + 1)).toString('hex'))).toEqual(
      golden.events.map(({ root }) => root),
    );
    const hashAt = (index: number) => leafHash(leaves[index]!);
    const claim = { index: 2, size: 5, leafHash: hashAt(2), root: hex(golden.events[4]!.root) };
    expect(verifyInclusion(claim, inclusionProof(hashAt, 2, 5))).toBe(true);
  });
});

// So that the golden file does not only agree with the code that wrote it: everything below is typed by hand from
// shapes.md, with nothing but node:crypto.
describe('the golden ledger, by hand', () => {
  const sha256 = (...parts: (Buffer | string)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const byHand = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
  const noteHash = sha256(hex('c0c1c2c3c4c5c6c7c8c9cacbcccdcecf'), 'Світла не було до обіду.').toString('hex');
  const tag = hmac(
    byHand,
    '{"hours":13.5,"note":"Світла не було до обіду.","occurredOn":"2018-11-20/2018-11-22",' +
      '"organisation":"01846f2e-5a00-7c3a-8b1d-2f4e6a8c0d11","topics":["архів","e-books"]}',
  ).toString('hex');
  const bytes =
    `{"data":{"hours":13.5,"note":{"lang":"uk","textHash":"${noteHash}"},` +
    '"occurredOn":"2018-11-20/2018-11-22","organisation":"01846f2e-5a00-7c3a-8b1d-2f4e6a8c0d11",' +
    '"topics":["архів","e-books"]},"id":"e22ebe34-10bd-50d4-8273-5d3b32d395fc",' +
    `"meta":{"actor":"0f8b1c52-6a1e-4d0e-9a39-5a3f3b1f7c11","bodyTag":"${tag}",` +
    '"commandId":"e4c7fa95-0894-5bfd-8737-a548c7604182","correlationId":"e4c7fa95-0894-5bfd-8737-a548c7604182",' +
    '"roles":["officer"]},"recordedAt":"2022-11-13T08:00:00.250Z","revision":0,"schema":1,' +
    '"scope":"01846f2e-5a00-7c3a-8b1d-2f4e6a8c0d10","stream":"training-01846f2e-5a00-7c3a-8b1d-2f4e6a8c0d12",' +
    '"type":"TrainingHeld"}';
  const third = golden.events[2]!;

  test('event 3 is its salt and its canonical text', () => {
    expect(eventBytes(third.event)).toBe(bytes);
    expect(third.hash).toBe(sha256(hex('404142434445464748494a4b4c4d4e4f'), bytes).toString('hex'));
  });

  test('leaf 3 is the second of its project', () => {
    const project = hmac(byHand, '01846f2e-5a00-7c3a-8b1d-2f4e6a8c0d10');
    const hash = sha256(hex('404142434445464748494a4b4c4d4e4f'), bytes).toString('hex');
    const mark = hmac(project, '2').toString('hex');
    expect(third.leaf).toBe(`{"format":1,"hash":"${hash}","ordinal":3,"tag":"${mark}"}`);
  });

  test('the root of five is ((1 2)(3 4)) 5', () => {
    const [one, two, three, four, five] = golden.events.map((entry) => sha256('\x00', entry.leaf)) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ];
    const left = sha256('\x01', sha256('\x01', one, two), sha256('\x01', three, four));
    expect(golden.events[4]!.root).toBe(sha256('\x01', left, five).toString('hex'));
  });

  test('the first root is the one that was published, whatever is written into the file', () => {
    expect(golden.events[4]!.root).toBe('e229644291cf99720de859ab86b3c7d0f1f58c59949a5513cc0fef2355d543c4');
  });
});

describe('hashes', () => {
  const text = fc.string({ unit: 'binary' });
  const object = fc.dictionary(text, fc.jsonValue({ stringUnit: 'binary' }));
  const event: HashedEvent = golden.events[0]!.event;
  const salt = Buffer.alloc(16, 7);

  test('splicing data and meta in is the same as the canonical text of the whole', () => {
    const whole = fc.record({
      ...{ id: text, stream: text, type: text, scope: text, recordedAt: text, data: object, meta: object },
      ...{ revision: fc.maxSafeNat(), schema: fc.nat() },
    });
    fc.assert(
      fc.property(whole, (each) => {
        const stored = { ...each, data: canonical(each.data), meta: canonical(each.meta) };
        expect(eventBytes(stored)).toBe(canonical(each));
      }),
    );
  });

  test.each(Object.keys(event) as (keyof HashedEvent)[])('a change of %s changes the hash', (key) => {
    const changed = {
      ...event,
      [key]: typeof event[key] === 'number' ? 1_000 : key === 'data' || key === 'meta' ? '{}' : 'x',
    };
    expect(eventHash(salt, changed)).not.toEqual(eventHash(salt, event));
  });

  test('nothing but what is named is hashed', () => {
    expect(eventHash(salt, { ...event, position: 12 } as HashedEvent)).toEqual(eventHash(salt, event));
  });

  test('a salt changes the hash, and has 16 bytes', () => {
    expect(eventHash(Buffer.alloc(16, 8), event)).not.toEqual(eventHash(salt, event));
    expect(textHash(Buffer.alloc(16, 8), 'text')).not.toEqual(textHash(salt, 'text'));
    for (const length of [0, 15, 17]) {
      expect(() => eventHash(Buffer.alloc(length), event)).toThrow(RangeError);
      expect(() => textHash(Buffer.alloc(length), 'text')).toThrow(RangeError);
    }
  });

  test('scopes have secrets of their own', () => {
    expect(scopeSecret(secret, 'ledger')).toHaveLength(32);
    expect(scopeSecret(secret, 'ledger')).not.toEqual(scopeSecret(secret, event.id));
    expect(scopeSecret(secret, 'ledger')).not.toEqual(scopeSecret(Buffer.alloc(32), 'ledger'));
  });

  test('a leaf is canonical JSON', () => {
    const line = leaf({ ordinal: 12, scopeOrdinal: 3, scopeSecret: secret, hash: salt });
    expect(canonical(JSON.parse(line))).toBe(line);
    expect(JSON.parse(line)).toMatchObject({ format: 1, ordinal: 12, hash: salt.toString('hex') });
  });

  test.each([
    [0, 1],
    [1, 0],
    [1.5, 1],
    [1, NaN],
    [2 ** 53, 1],
  ])('there is no leaf %d, in its scope %d', (ordinal, scopeOrdinal) => {
    expect(() => leaf({ ordinal, scopeOrdinal, scopeSecret: secret, hash: salt })).toThrow(RangeError);
  });
});
