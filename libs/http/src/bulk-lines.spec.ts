import fc from 'fast-check';
import { linesOf, type Line } from './bulk-lines.js';

const limits = { longest: 10, most: 100 };
async function read(chunks: readonly (string | Buffer)[], given = limits): Promise<Line[]> {
  const body = (async function* () {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
  })();
  const lines: Line[] = [];
  for await (const line of linesOf(body, given)) lines.push(line);
  return lines;
}
const shown = (lines: Line[]) =>
  lines.map((line) => `${line.number} ${'text' in line ? line.text.toString() : line.fault}`);

test('a body comes apart into its lines, with or without an end of the last', async () => {
  expect(shown(await read(['a\nb\n']))).toEqual(['1 a', '2 b']);
  expect(shown(await read(['a\nb']))).toEqual(['1 a', '2 b']);
  expect(shown(await read([]))).toEqual([]);
});

test('blank lines are passed over, and counted', async () => {
  expect(shown(await read(['\n \t\r\na\r\n\n']))).toEqual(['3 a\r']);
});

test('a line that is too long is refused by its number, and the rest goes on', async () => {
  expect(shown(await read(['1234567890\n12345678901\nc\n']))).toEqual(['1 1234567890', '2 too-long', '3 c']);
  expect(shown(await read(['a\n', ...Array<string>(50).fill('xxxx'), '\nb']))).toEqual(['1 a', '2 too-long', '3 b']);
});

test('one line too many is told, the rest is read over', async () => {
  expect(shown(await read(['a\nb\n'], { longest: 10, most: 2 }))).toEqual(['1 a', '2 b']);
  expect(shown(await read(['a\nb\n\nc\n', 'd\ne'], { longest: 10, most: 2 }))).toEqual(['1 a', '2 b', '4 too-many']);
  expect(shown(await read(['a\nb\nc'], { longest: 10, most: 2 }))).toEqual(['1 a', '2 b', '3 too-many']);
});

test('lines are the same, however the body was cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('', 'a', 'ü', '漢字', '12345678901234', ' ')),
      fc.array(fc.nat(60)),
      async (lines, cuts) => {
        const bytes = Buffer.from(lines.join('\n'));
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(shown(await read(chunks))).toEqual(shown(await read([bytes])));
      },
    ),
  );
});

test('what did not arrive as a whole is no line', async () => {
  const body = (async function* () {
    yield await Promise.resolve(Buffer.from('a\nhalf'));
    throw new Error('cut');
  })();
  const lines: Line[] = [];
  const reading = (async () => {
    for await (const line of linesOf(body, limits)) lines.push(line);
  })();
  await expect(reading).rejects.toThrow('cut');
  expect(shown(lines)).toEqual(['1 a']);
});
