import { describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { commandId, eventId, isUuid, newId, parseStream, streamName } from './ids.js';

const ACTOR = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

/** RFC 9562, clause 5.5, by hand. */
function uuidV5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

describe('ids', () => {
  test('RFC 9562, appendix A.4: www.example.com in the namespace of names', () => {
    expect(commandId(ACTOR, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  test('a command and its events have ids that follow from actor and key', () => {
    const command = commandId(ACTOR, 'ключ-1');
    expect(command).toBe(uuidV5(ACTOR, 'ключ-1'));
    expect(eventId(command, 0)).toBe(uuidV5(command, '0'));
    expect(eventId(command, 10)).toBe(uuidV5(command, '10'));
  });

  test('an actor that is no UUID makes no command id', () => {
    expect(() => commandId('somebody', 'key')).toThrow(TypeError);
  });

  test('new ids are UUIDs of version 7 that sort by time', () => {
    const ids = Array.from({ length: 100 }, newId);
    expect(new Set(ids).size).toBe(100);
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('they do so however many are made in one millisecond, and where the clock goes back', () => {
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
    const ids = Array.from({ length: 10_000 }, newId);
    clock.mockImplementation(() => now - 60_000);
    ids.push(newId());
    clock.mockRestore();
    expect(new Set(ids).size).toBe(10_001);
    expect([...ids].sort()).toEqual(ids);
  });

  test.each([
    ACTOR.toUpperCase(),
    `{${ACTOR}}`,
    `urn:uuid:${ACTOR}`,
    `${ACTOR}\n`,
    ACTOR.slice(1),
    '',
    7,
    null,
    undefined,
  ])('%j is no UUID as they are written here', (text) => {
    expect(isUuid(text)).toBe(false);
  });
});

describe('streams', () => {
  test.each(['training', 'report-definition', 'a'])('a stream of category %s goes there and back', (category) => {
    const name = streamName(category, ACTOR);
    expect(name).toBe(`${category}-${ACTOR}`);
    expect(parseStream(name)).toEqual({ category, id: ACTOR });
  });

  test.each(['', 'Training', 'a1', 'a b', '$all'])('%j is no category', (category) => {
    expect(() => streamName(category, ACTOR)).toThrow(RangeError);
    expect(() => parseStream(`${category}-${ACTOR}`)).toThrow(RangeError);
  });

  test.each([
    ACTOR,
    `-${ACTOR}`,
    `training${ACTOR}`,
    `training/${ACTOR}`,
    `training-${ACTOR.toUpperCase()}`,
    'training-1',
    '',
  ])('%j is no stream', (name) => {
    expect(() => parseStream(name)).toThrow('is no stream');
  });

  test('an id that is no UUID names no stream', () => {
    expect(() => streamName('training', '1')).toThrow('is no UUID');
  });
});
