import { rows } from '../../event-sourcing/src/given-when-then.js';
import { budgetRegister } from './budget-register.js';
import { budgetTerms } from './budget-terms.js';
import { expenditureRegister } from './expenditure-register.js';

describe('budget-register', () => {
  const facts = { order: 2, title: 'Travel', kind: 'direct', amount: 30331200 };
  const added = { type: 'HeadingAdded', data: facts };
  const revised = { type: 'HeadingRevised', data: { amount: 32000000, amendment: 'Addendum 1' } };

  test('has each heading with the amount in force and the original one', async () => {
    const row = { ...facts, status: 'added', original: 30331200 };
    expect(await rows(budgetRegister, added)).toEqual([{ ...row, revisions: [] }]);
    expect(await rows(budgetRegister, added, revised)).toEqual([
      { ...row, amount: 32000000, revisions: [{ amount: 32000000, amendment: 'Addendum 1' }] },
    ]);
  });
  test('a correction restates the original; the revision stays in force', async () => {
    const corrected = { type: 'HeadingCorrected', data: { ...facts, amount: 30331300, replaces: 'e1' } };
    expect(await rows(budgetRegister, added, revised, corrected)).toMatchObject([
      { amount: 32000000, original: 30331300 },
    ]);
  });
  test('a corrected revision is in force', async () => {
    const corrected = { type: 'HeadingRevisionCorrected', data: { amount: 32500000, replaces: 'e2' } };
    expect(await rows(budgetRegister, added, revised, corrected)).toMatchObject([
      { amount: 32500000, revisions: [{ amount: 32500000 }] },
    ]);
  });
  test('a voided revision brings the amount before back', async () =>
    expect(
      await rows(budgetRegister, added, revised, { type: 'HeadingRevisionVoided', data: { voids: 'e2' } }),
    ).toEqual(await rows(budgetRegister, added)));
  test('a voided heading stays, as voided', async () =>
    expect(await rows(budgetRegister, added, { type: 'HeadingVoided', data: { voids: 'e1' } })).toMatchObject([
      { status: 'voided' },
    ]));
});

describe('budget-register, by year', () => {
  const year = (period: string, amount: number) => ({ period, amount });
  const facts = { order: 2, title: 'Travel', kind: 'direct', amount: 300 };
  const years = [year('2021', 100), year('2022', 190)];
  const added = { type: 'HeadingAdded', data: { ...facts, years } };
  const revised = { type: 'HeadingRevised', data: { amount: 400, years: [year('2021', 150), year('2022', 250)] } };

  test('years that do not make the amount are flagged with both, and not mended', async () =>
    expect(await rows(budgetRegister, added)).toEqual([
      {
        ...{ ...facts, status: 'added', original: 300, revisions: [], years, originalYears: years },
        yearsDiffer: { sum: 290, difference: -10 },
      },
    ]));
  test('those of a revision are in force; the ones first agreed stay beside them', async () => {
    const [row] = await rows(budgetRegister, added, revised);
    expect(row).toMatchObject({ amount: 400, years: revised.data.years, originalYears: years });
    expect(row).not.toHaveProperty('yearsDiffer');
  });
  test('of a revision without years none are stated', async () => {
    const [row] = await rows(budgetRegister, added, { type: 'HeadingRevised', data: { amount: 400 } });
    expect(row).not.toHaveProperty('years');
    expect(row).not.toHaveProperty('yearsDiffer');
  });
  test('a voided revision brings years and flag back', async () =>
    expect(
      await rows(budgetRegister, added, revised, { type: 'HeadingRevisionVoided', data: { voids: 'e2' } }),
    ).toEqual(await rows(budgetRegister, added)));
});

describe('budget-terms', () => {
  const total = { amount: 255000000, source: 'Table 9' };
  const ceiling = { rate: '0.07', source: 'The usual rule', assumption: true };
  const stated = { type: 'TotalStated', data: total };
  const recorded = { type: 'CeilingRecorded', data: ceiling };

  test('has total and ceiling, each once it is stated', async () => {
    expect(await rows(budgetTerms, stated)).toEqual([{ total }]);
    expect(await rows(budgetTerms, stated, recorded)).toEqual([{ total, ceiling }]);
  });
  test('corrections restate them', async () =>
    expect(
      await rows(
        budgetTerms,
        stated,
        recorded,
        { type: 'TotalCorrected', data: { ...total, amount: 1, replaces: 'e1' } },
        { type: 'CeilingCorrected', data: { ...ceiling, rate: '0.05', replaces: 'e2' } },
      ),
    ).toEqual([{ total: { ...total, amount: 1 }, ceiling: { ...ceiling, rate: '0.05' } }]));
  test('what is voided is not stated any more', async () =>
    expect(
      await rows(
        budgetTerms,
        stated,
        recorded,
        { type: 'TotalVoided', data: { voids: 'e1' } },
        { type: 'CeilingVoided', data: { voids: 'e2' } },
      ),
    ).toEqual([{}]));
});

describe('expenditure-register', () => {
  const facts = { heading: 'h', occurredOn: '2021-04-01/2022-03-31', amount: 8123450 };
  const recorded = { type: 'ExpenditureRecorded', data: facts };

  test('has what was spent', async () =>
    expect(await rows(expenditureRegister, recorded)).toEqual([{ ...facts, status: 'recorded' }]));
  test('a correction restates the whole', async () => {
    const corrected = { type: 'ExpenditureCorrected', data: { heading: 'h', amount: 1, replaces: 'e1' } };
    expect(await rows(expenditureRegister, recorded, corrected)).toEqual([
      { heading: 'h', amount: 1, status: 'recorded' },
    ]);
  });
  test('a voided one stays, as voided', async () =>
    expect(
      await rows(expenditureRegister, recorded, { type: 'ExpenditureVoided', data: { voids: 'e1' } }),
    ).toMatchObject([{ status: 'voided' }]));
  test('a date that is not stated is null', () =>
    expect(expenditureRegister.validity?.({ heading: 'h', amount: 1, status: 'recorded' })).toEqual({
      from: null,
      to: null,
    }));
});
