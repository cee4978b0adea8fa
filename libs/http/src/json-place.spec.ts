import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonFault, repeatedName } from './json-place.js';

describe('the place of what is not JSON', () => {
  test.each([
    ['', 1, 1, 'a value'],
    ['{"a": 1,}', 1, 9, 'a name in double quotes'],
    ['{\n  "a" 1\n}', 2, 7, 'a colon'],
    ['[1 2]', 1, 4, 'a comma or ]'],
    ['{"a":1 "b":2}', 1, 8, 'a comma or }'],
    ["{'a': 1}", 1, 2, 'a name in double quotes or }'],
    ['{"ü😀": tru}', 1, 8, 'a value'],
    ['[01]', 1, 2, 'a value'],
    ['[1.]', 1, 2, 'a value'],
    ['{} {}', 1, 4, 'the end'],
    ['["a\nb"]', 1, 2, 'a text that ends, with \\ before special characters'],
    ['["\\x"]', 1, 2, 'a text that ends, with \\ before special characters'],
    ['[', 1, 2, 'a value'],
  ])('%j', (text, line, column, expected) => {
    expect(jsonFault(text)).toMatchObject({ line, column, expected });
  });

  test('a body of brackets or one long text overflows nothing', () => {
    expect(jsonFault('['.repeat(200_000))).toMatchObject({ column: 200_001 });
    expect(jsonFault(`"${'a'.repeat(1_000_000)}`)).toMatchObject({ column: 1 });
  });

  test('there is one exactly where JSON.parse refuses', () => {
    const cut = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '\\', '0', 'x', '\u0001', '-'))
      .map(
        ([text, at, instead]) =>
          text.slice(0, at % (text.length + 1)) + instead + text.slice((at % (text.length + 1)) + 1),
      );
    fc.assert(
      fc.property(cut, (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(jsonFault(text) === undefined).toBe(isJson);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a name that stands twice', () => {
  const found = (text: string) => repeatedName(text, JSON.parse(text));
  test.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":{"b":[{},{"c":1,"d":":","c":2}]}}', '/a/b/1/c'],
    ['[{"a":1},{"a":1,"\\u0061":2}]', '/1/a'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['{"x/y":{"~":1,"~":1}}', '/x~1y/~0'],
    ['{"1":0,"1":0}', '/1'],
  ])('%s is found', (text, pointer) => expect(found(text)).toBe(pointer));
  test('in none of what JSON.stringify writes', () =>
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => expect(found(JSON.stringify(value))).toBeUndefined()),
    ));
  test('costs no stack', () => expect(found(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)).toBeUndefined());
});
