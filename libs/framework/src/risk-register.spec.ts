import { rows } from '../../event-sourcing/src/given-when-then.js';
import { riskRegister } from './risk-register.js';

const facts = { title: 'Roads are closed', likelihood: 4, impact: 3 };
const added = { type: 'RiskAdded', data: facts };
const march = { review: 'r1', reviewedOn: '2022-03', status: 'materialised', likelihood: 5 };
const june = { review: 'r2', reviewedOn: '2022-06-01', status: 'closed', impact: 1 };
const reviewed = (data: object) => ({ type: 'RiskReviewed', data });

test('without a review it is open, as first assessed', async () =>
  expect(await rows(riskRegister, added)).toEqual([
    { ...facts, status: 'added', current: { status: 'open', likelihood: 4, impact: 3, score: 12 }, reviews: [] },
  ]));

test('what is not rated has no score: not stated, not 0', async () =>
  expect(await rows(riskRegister, { type: 'RiskAdded', data: { title: 'Roads are closed', impact: 3 } })).toMatchObject(
    [{ current: { status: 'open', impact: 3 } }],
  ));

test('it stands as the latest review says, in whatever order they were recorded', async () => {
  const undated = { review: 'r3', status: 'open', likelihood: 1, impact: 1 };
  expect(await rows(riskRegister, added, reviewed(june), reviewed(march), reviewed(undated))).toEqual([
    {
      ...facts,
      status: 'added',
      current: { status: 'closed', likelihood: 5, impact: 1, score: 5 },
      reviews: [undated, march, june],
    },
  ]);
});

test('a corrected review stands in place of the one it replaces, a voided one is gone', async () => {
  const corrected = { type: 'RiskReviewCorrected', data: { ...june, reviewedOn: '2022-02', replaces: 'e3' } };
  const voided = { type: 'RiskReviewVoided', data: { review: 'r1', voids: 'e2' } };
  const both = [added, reviewed(march), reviewed(june)];
  expect(await rows(riskRegister, ...both, corrected)).toMatchObject([
    { current: { status: 'materialised' }, reviews: [{ ...june, reviewedOn: '2022-02' }, march] },
  ]);
  expect(await rows(riskRegister, ...both, corrected, voided)).toMatchObject([
    { current: { status: 'closed', likelihood: 4, impact: 1, score: 4 }, reviews: [{ review: 'r2' }] },
  ]);
});

test('a correction restates the risk and keeps its reviews', async () => {
  const corrected = { type: 'RiskCorrected', data: { title: 'Roads', replaces: 'e1' } };
  expect(await rows(riskRegister, added, reviewed(march), corrected)).toEqual([
    { title: 'Roads', status: 'added', current: { status: 'materialised', likelihood: 5 }, reviews: [march] },
  ]);
});

test('a voided risk stays, as voided', async () =>
  expect(await rows(riskRegister, added, { type: 'RiskVoided', data: { voids: 'e1' } })).toMatchObject([
    { status: 'voided' },
  ]));
