import fc from 'fast-check';
import { asStored } from './stored-document.js';

test('a document in memory is what JSON makes of it', () =>
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()).filter(isJson), (document) => {
      expect(asStored(document)).toEqual(JSON.parse(JSON.stringify(document)));
    }),
    // Keys that were once one shape: no key at all, and the empty one.
    { examples: [[{}], [{ '': {} }]] },
  ));

/** Anything that JSON.stringify takes as a plain object; symbols, maps and the like it writes as `{}`, as we do not. */
function isJson(document: object): boolean {
  const plain = (value: unknown): boolean =>
    value === null ||
    ['string', 'number', 'boolean', 'undefined'].includes(typeof value) ||
    (Array.isArray(value) && value.every(plain)) ||
    (typeof value === 'object' &&
      Object.getPrototypeOf(value) === Object.prototype &&
      Object.values(value).every(plain));
  return plain({ ...document });
}

test('its keys are in the order of jsonb: by length in bytes, then by bytes', () =>
  expect(Object.keys(asStored({ bb: 1, é: 2, a: 3, ab: 4, Z: 5 }))).toEqual(['Z', 'a', 'ab', 'bb', 'é']));

test('it is frozen, all the way down', () => {
  const document = asStored({ list: [{ name: 'one' }], at: new Date(0) }) as { list: { name: string }[]; at: unknown };
  expect(() => (document.list[0]!.name = 'two')).toThrow(TypeError);
  expect(() => document.list.push({ name: 'two' })).toThrow(TypeError);
  expect(document.at).toBe('1970-01-01T00:00:00.000Z');
});
