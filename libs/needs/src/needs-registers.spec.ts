import type { AnyRegister } from '#event-sourcing';
import { rows } from '../../event-sourcing/src/given-when-then.js';
import { assessmentRoundRegister } from './assessment-round-register.js';
import { contextFigureRegister } from './context-figure-register.js';
import { peopleInNeedRegister } from './people-in-need-register.js';

const cases: [AnyRegister, string, string, object][] = [
  [contextFigureRegister, 'ContextFigure', 'Recorded', { name: 'Migrants', value: '3', unit: 'people', source: 'DTM' }],
  [assessmentRoundRegister, 'AssessmentRound', 'Recorded', { title: 'DTM', round: 44 }],
  [peopleInNeedRegister, 'PeopleInNeed', 'Stated', { inNeed: 3, targeted: 2, source: 'HNO' }],
];

describe.each(cases)('%#', (of, thing, begins, facts) => {
  const first = { type: `${thing}${begins}`, data: { ...facts, country: 'LY' } };

  test('has each; a correction restates the whole: what it leaves out is not stated any more', async () => {
    const status = begins.toLowerCase();
    expect(await rows(of, first)).toEqual([{ ...facts, country: 'LY', status }]);
    const corrected = { type: `${thing}Corrected`, data: { ...facts, replaces: 'e1' } };
    expect(await rows(of, first, corrected)).toEqual([{ ...facts, status }]);
  });
  test('a voided one stays, as voided', async () =>
    expect(await rows(of, first, { type: `${thing}Voided`, data: { voids: 'e1' } })).toMatchObject([
      { status: 'voided' },
    ]));
  test('a date that is not stated is null', () => {
    expect(of.validity?.(facts)).toEqual({ from: null, to: null });
    expect(of.validity?.({ ...facts, at: '2022', occurredOn: '2022' })).toEqual({ from: '2022', to: '2022' });
  });
});

test('parts that come to another sum are flagged, in each dimension that does not overlap', async () => {
  const breakdown = (dimension: string, ...values: string[]) => ({
    dimension,
    parts: values.map((value, index) => ({ category: `${index}`, value })),
  });
  const breakdowns = [
    breakdown('sex', '0.1', '0.2'),
    breakdown('age', '0.1', '0.1'),
    { ...breakdown('needs', '0.3', '0.3'), overlapping: true },
  ];
  const data = { name: 'Share', value: '0.30', unit: '%', source: 'DTM', breakdowns };
  const [row] = await rows(contextFigureRegister, { type: 'ContextFigureRecorded', data });
  expect(row).toMatchObject({ doNotAddUp: [{ dimension: 'age', sum: '0.2' }] });
  const mended = { ...data, breakdowns: breakdowns.slice(0, 1), replaces: 'e1' };
  const after = { type: 'ContextFigureCorrected', data: mended };
  const [now] = await rows(contextFigureRegister, { type: 'ContextFigureRecorded', data }, after);
  expect(now).not.toHaveProperty('doNotAddUp');
});

test('more people targeted than in need are flagged, never refused', async () => {
  const state = (inNeed?: number, targeted?: number) =>
    rows(peopleInNeedRegister, { type: 'PeopleInNeedStated', data: { inNeed, targeted, source: 'HNO' } });
  expect(await state(2, 3)).toMatchObject([{ targetedExceedsInNeed: true }]);
  for (const one of [await state(3, 3), await state(undefined, 3), await state(3)])
    expect(one[0]).not.toHaveProperty('targetedExceedsInNeed');
});
