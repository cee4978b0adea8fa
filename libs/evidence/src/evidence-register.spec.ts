import { circumstances, rows } from '../../event-sourcing/src/given-when-then.js';
import { evidenceRegister, type EvidenceRow } from './evidence-register.js';

const { scope } = circumstances;
const facts = { category: 'training', thing: 't', kind: 'invoice', title: 'Invoice', sha256: 'aa', size: 1 } as const;
const attached = (thing: string, sha256 = 'aa') => ({ type: 'EvidenceAttached', thing, data: { ...facts, sha256 } });
const corrected = (thing: string, sha256: string) => ({
  ...{ type: 'EvidenceCorrected', thing },
  data: { ...facts, sha256, replaces: 'e1' },
});
const voided = (thing: string) => ({ type: 'EvidenceVoided', thing, data: { voids: 'e1' } });
const same = async (...events: Parameters<typeof rows>[1][]) =>
  ((await rows(evidenceRegister, ...events)) as EvidenceRow[]).map(({ sameFile }) => sameFile);

test('evidence as it was attached', async () =>
  expect(await rows(evidenceRegister, attached('a'))).toEqual([{ ...facts, scope, status: 'attached', sameFile: [] }]));

test('a correction restates the whole; a voided one stays, as voided', async () => {
  expect(await rows(evidenceRegister, attached('a'), corrected('a', 'bb'))).toEqual([
    { ...facts, sha256: 'bb', scope, status: 'attached', sameFile: [] },
  ]);
  expect(await rows(evidenceRegister, attached('a'), voided('a'))).toMatchObject([{ status: 'voided' }]);
});

test('one file that proves two things is flagged on both', async () => {
  expect(await same(attached('a'), attached('b'), attached('c', 'cc'))).toEqual([['b'], ['a'], []]);
  expect(await same(attached('a'), { ...attached('b'), scope: 'another project' } as never)).toEqual([[], []]);
});

test('until one is another file, or is voided', async () => {
  expect(await same(attached('a'), attached('b'), corrected('a', 'bb'))).toEqual([[], []]);
  expect(await same(attached('a'), attached('b'), corrected('a', 'aa'))).toEqual([['b'], ['a']]);
  expect(await same(attached('a'), attached('b', 'bb'), corrected('a', 'bb'))).toEqual([['b'], ['a']]);
  expect(await same(attached('a'), attached('b'), voided('a'))).toEqual([[], []]);
  expect(await same(attached('a'), attached('b'), voided('a'), attached('c'))).toEqual([[], ['c'], ['b']]);
});

test('the day that it bears may be not stated', () => {
  const row = { ...facts, mediaType: 'application/pdf', scope, status: 'attached', sameFile: [] } as const;
  expect(evidenceRegister.validity?.({ ...row, sameFile: [] })).toEqual({ from: null, to: null });
  expect(evidenceRegister.validity?.({ ...row, sameFile: [], occurredOn: '2022-05' })).toEqual({
    from: '2022-05',
    to: '2022-05',
  });
});
