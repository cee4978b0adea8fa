import { circumstances, rows } from '../../event-sourcing/src/given-when-then.js';
import { narrativeRegister, type NarrativeRow } from './narrative-register.js';

const { scope } = circumstances;
const facts = { about: 'project', kind: 'summary', lang: 'en', covers: '2022' } as const;
const text = (hash: string) => ({ textHash: hash });
const written = { type: 'NarrativeWritten', data: { ...facts, text: text('aa') } };
const revised = { type: 'NarrativeRevised', data: { text: text('bb'), replaces: 'e1' } };

const row = { ...facts, scope, status: 'written', version: 1, earlier: [], event: 'e1', alsoThere: [] };

test('a narrative as it was written', async () =>
  expect(await rows(narrativeRegister, written)).toEqual([{ ...row, text: text('aa') }]));

test('shows its latest version, and which event has which earlier one', async () =>
  expect(
    await rows(narrativeRegister, written, revised, { ...revised, data: { text: text('cc'), replaces: 'e2' } }),
  ).toEqual([
    {
      ...row,
      ...{ text: text('cc'), version: 3, event: 'e3' },
      earlier: [
        { version: 1, event: 'e1' },
        { version: 2, event: 'e2' },
      ],
    },
  ]));

test('a withdrawn one stays, as withdrawn', async () =>
  expect(await rows(narrativeRegister, written, { type: 'NarrativeWithdrawn', data: { voids: 'e1' } })).toMatchObject([
    { status: 'withdrawn' },
  ]));

test('two in one place are flagged on both, until one is withdrawn', async () => {
  const [a, b] = [
    { ...written, thing: 'a' },
    { ...written, thing: 'b' },
  ];
  const others = [
    { ...written, thing: 'c', data: { ...facts, lang: 'fr' } },
    { ...written, thing: 'd', data: { ...facts, title: 'Spotlight' } },
    { ...written, thing: 'e', scope: 'another project' },
  ];
  const there = async (...events: Parameters<typeof rows>[1][]) =>
    ((await rows(narrativeRegister, ...events)) as NarrativeRow[]).map(({ alsoThere }) => alsoThere);
  expect(await there(a, b, ...others)).toEqual([['b'], ['a'], [], [], []]);
  const withdrawn = { type: 'NarrativeWithdrawn', thing: 'b', data: { voids: 'e2' } };
  expect(await there(a, b, withdrawn)).toEqual([[], []]);
  expect(await there(a, b, withdrawn, { ...written, thing: 'f' })).toEqual([['f'], [], ['a']]);
});

test('the time that it tells of may be not stated', () => {
  expect(narrativeRegister.validity?.(row as NarrativeRow)).toEqual({ from: '2022', to: '2022' });
  expect(narrativeRegister.validity?.({ ...row, covers: undefined } as NarrativeRow)).toEqual({ from: null, to: null });
});
