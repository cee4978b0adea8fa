import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonical, findBadText, getAt, MAX_DEPTH, NotCanonical, toPointer } from './canonical-json.js';

/** What JSON.parse can give, with keys that are hard to order; negative zero aside, which has no text of its own. */
const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

// Not only shuffled: integer-like keys come first in an object, whatever order they were set in.
function shuffled(value: unknown, byReverse: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, byReverse));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, shuffled(item, !byReverse)]);
  return Object.fromEntries(byReverse ? entries.reverse() : [...entries.slice(1), ...entries.slice(0, 1)]);
}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

function pointerOf(value: unknown): string {
  try {
    canonical(value);
  } catch (fault) {
    if (fault instanceof NotCanonical) return fault.pointer;
    throw fault;
  }
  throw new Error('was taken as canonical');
}

describe('the examples of RFC 8785', () => {
  test('clause 3.2.2 and 3.2.3: the sample object', () => {
    const sample = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonical(sample)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('clause 3.2.3: keys in the order of their UTF-16 code units', () => {
    const sample = JSON.parse(String.raw`{
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    }`);
    const order = [...canonical(sample).matchAll(/:"([^"]+)"/g)].map((match) => match[1]);
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test('French words go by code units, not by the rules of French', () => {
    expect(canonical({ pêche: 1, péché: 2, peach: 3, sin: 4 })).toBe('{"peach":3,"péché":2,"pêche":1,"sin":4}');
  });

  // Appendix B: the number's IEEE 754 bits, and its text.
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: %s is %s', (bits, text) => {
    expect(canonical(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  test.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])('appendix B: %s is refused', (bits) => {
    expect(() => canonical(Buffer.from(bits, 'hex').readDoubleBE())).toThrow(NotCanonical);
  });
});

describe('canonical', () => {
  test('does not depend on the order of keys', () => {
    fc.assert(fc.property(json, fc.boolean(), (value, way) => canonical(shuffled(value, way)) === canonical(value)));
  });

  test('parses back to the value', () => {
    fc.assert(fc.property(json, (value) => expect(JSON.parse(canonical(value))).toEqual(value)));
  });

  test('is its own canonical text', () => {
    fc.assert(fc.property(json, (value) => expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value))));
  });

  test('leaves undefined properties out, and writes instances of classes as their properties', () => {
    class Body {
      b = 2;
      a?: string;
    }
    expect(canonical({ y: undefined, x: new Body() })).toBe('{"x":{"b":2}}');
    expect(canonical(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}');
  });

  test('keeps a key named __proto__ as any other', () => {
    expect(canonical(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });

  test.each([
    ['undefined in an array', { a: [1, undefined] }, '/a/1'],
    ['a hole in an array', { a: new Array(1) }, '/a/0'],
    ['NaN', { a: { 'b/c': NaN } }, '/a/b~1c'],
    ['infinity', [[-Infinity]], '/0/0'],
    ['a bigint', { '~': 1n }, '/~0'],
    ['a function', { f: () => 1 }, '/f'],
    ['a symbol', { s: Symbol('s') }, '/s'],
    ['a date', { at: new Date(0) }, '/at'],
    ['a map', { m: new Map([['a', 1]]) }, '/m'],
    ['a buffer', { b: Buffer.from('a') }, '/b'],
    [
      'an object with its own idea of JSON',
      {
        o: new (class {
          toJSON() {
            return 1;
          }
        })(),
      },
      '/o',
    ],
    ['a lone surrogate', { t: ['\ud800'] }, '/t/0'],
    ['a lone surrogate in a key', { o: { '\udead': 1 } }, '/o/\udead'],
    ['nothing', undefined, ''],
  ])('refuses %s and says where', (_what, value, pointer) => {
    expect(pointerOf(value)).toBe(pointer);
    expect(() => canonical(value)).toThrow(TypeError);
    expect(() => canonical(value)).toThrow(pointer === '' ? 'at the top' : `at ${pointer}`);
  });

  test('refuses what is nested too deep, and what has no end', () => {
    expect(canonical(nested(MAX_DEPTH))).toHaveLength(2 * MAX_DEPTH);
    expect(() => canonical(nested(MAX_DEPTH + 1))).toThrow('nested deeper');
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => canonical(cycle)).toThrow('nested deeper');
  });
});

describe('text that no store takes', () => {
  test.each([
    [{ a: [{ b: 'x\0y' }] }, { pointer: '/a/0/b', fault: 'nul' }],
    [{ 'a/b': '\ud83d' }, { pointer: '/a~1b', fault: 'lone-surrogate' }],
    ['\ude00\ud83d', { pointer: '', fault: 'lone-surrogate' }],
    [{ a: { 'k\0': 1 } }, { pointer: '/a', fault: 'nul' }],
    [{ a: [{ '\udc00': 1 }] }, { pointer: '/a/0', fault: 'lone-surrogate' }],
    [nested(MAX_DEPTH + 1), { pointer: '/0'.repeat(MAX_DEPTH), fault: 'too-deep' }],
  ])('%j', (value, bad) => {
    expect(findBadText(value)).toEqual(bad);
  });

  test('finds nothing in good text, emoji and control characters included', () => {
    expect(findBadText({ 'ключ 😀': ['\u0001\t', null, 1, true, undefined, {}] })).toBeUndefined();
  });

  test('finds it exactly where canonical text could not be stored', () => {
    const nasty = fc.jsonValue({ stringUnit: fc.constantFrom('a', '\0', '\ud800', '\udc00', '/') });
    fc.assert(
      fc.property(nasty, (value) => {
        // JSON.stringify writes both faults as these escapes, and only them; a backslash never occurs otherwise.
        expect(findBadText(value) !== undefined).toBe(/\\u(0000|d800|dc00)/.test(JSON.stringify(value)));
      }),
    );
  });
});

describe('JSON Pointer', () => {
  // The example document of RFC 6901, clause 5.
  const sample = {
    foo: ['bar', 'baz'],
    '': 0,
    'a/b': 1,
    'c%d': 2,
    'e^f': 3,
    'g|h': 4,
    'i\\j': 5,
    'k"l': 6,
    ' ': 7,
    'm~n': 8,
  };

  test.each([
    ['', sample],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('RFC 6901, clause 5: %j', (pointer, value) => {
    expect(getAt(sample, pointer)).toEqual(value);
  });

  test.each([
    '/foo/2',
    '/foo/01',
    '/foo/-',
    '/foo/length',
    '/bar',
    '/foo/0/0',
    '/toString',
    '/__proto__',
    '/constructor',
  ])('nothing is at %s', (pointer) => {
    expect(getAt(sample, pointer)).toBeUndefined();
  });

  test.each(['foo', '/a~b', '/a~', '/a~2'])('%s is no pointer', (pointer) => {
    expect(() => getAt(sample, pointer)).toThrow('is no JSON Pointer');
  });

  test('~01 is ~1, not a slash', () => {
    expect(toPointer(['~1', 0])).toBe('/~01/0');
    expect(getAt({ '~1': ['x'] }, '/~01/0')).toBe('x');
  });

  test('every string and key of a value is reached by its pointer', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('~', '/', '~1', '')), { minLength: 1 }), (keys) => {
        fc.pre(!keys.includes('__proto__'));
        const value = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), 'leaf');
        expect(getAt(value, toPointer(keys))).toBe('leaf');
      }),
    );
  });
});
