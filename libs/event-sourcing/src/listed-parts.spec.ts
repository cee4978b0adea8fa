import { listedIn, refsOf, withPart } from './listed-parts.js';

const parts = [
  { id: 'a', amount: 1 },
  { id: 'b', amount: 2 },
];

test('a new part comes last, a restated one keeps its place, a voided one goes', () => {
  expect(withPart(parts, 'c', { amount: 3 }).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(withPart(parts, 'a', { amount: 5 })).toEqual([{ id: 'a', amount: 5 }, parts[1]]);
  expect(withPart(parts, 'a', undefined)).toEqual([parts[1]]);
});

test('a part touches the row that lists it and the one that it names now, each once', async () => {
  const lookup = { get: () => Promise.resolve(undefined), referring: () => Promise.resolve(['row']) };
  expect(refsOf(parts)).toEqual(['part:a', 'part:b']);
  expect(await listedIn({ thing: 'a' } as never, 'row', lookup)).toEqual(['row']);
  expect(await listedIn({ thing: 'a' } as never, 'other', lookup)).toEqual(['row', 'other']);
  expect(await listedIn({ thing: 'a' } as never, undefined, lookup)).toEqual(['row']);
});
