import fc from 'fast-check';
import { SeenTime } from './seen-time.js';

test('a clock that steps back takes nothing back from what was there', () => {
  const seen = new SeenTime();
  const mark = seen.see(10);
  seen.see(20);
  seen.see(5);
  expect(seen.since(mark)).toBe(20);
});

test('what came after a clock that ran ahead is not judged by it', () => {
  const seen = new SeenTime();
  seen.see(1_000);
  const mark = seen.see(10);
  expect(seen.since(mark)).toBe(-Infinity);
  seen.see(12);
  expect(seen.since(mark)).toBe(12);
});

test('it is the largest of all that followed, whatever the order', () =>
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 50 }), (moments) => {
      const seen = new SeenTime();
      const marks = moments.map((at) => seen.see(at));
      marks.forEach((mark, index) => expect(seen.since(mark)).toBe(Math.max(-Infinity, ...moments.slice(index + 1))));
    }),
  ));
