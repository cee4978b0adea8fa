import { rows } from '../../event-sourcing/src/given-when-then.js';
import { periodRegister, projectRegister } from './project-register.js';

const facts = { reference: 'LIBMITAF', title: 'Facility', timeZone: 'Africa/Tripoli', end: '2023-04', currency: 'EUR' };
const created = { type: 'ProjectCreated', data: facts };
const amended = { type: 'ContractAmended', data: { amendment: 'Amendment 1', end: '2023-07' } };

describe('projects', () => {
  test('a project has its dates as signed; the start is not stated', async () =>
    expect(await rows(projectRegister, created)).toEqual([
      { ...facts, status: 'created', original: { end: '2023-04' }, amendments: [] },
    ]));

  test('an amendment changes the dates and keeps the original ones', async () =>
    expect(await rows(projectRegister, created, amended)).toMatchObject([
      {
        end: '2023-07',
        original: { end: '2023-04' },
        amendments: [{ amendment: 'Amendment 1', end: '2023-07', eventId: 'e2' }],
      },
    ]));

  test('a corrected amendment takes the place of the first, a voided one leaves none', async () => {
    const corrected = {
      type: 'AmendmentCorrected',
      data: { amendment: 'Amendment 1', end: '2023-06', replaces: 'e2' },
    };
    const voided = { type: 'AmendmentVoided', data: { voids: 'e3' } };
    expect(await rows(projectRegister, created, amended, corrected)).toMatchObject([
      { end: '2023-06', amendments: [{ end: '2023-06', eventId: 'e3' }] },
    ]);
    expect(await rows(projectRegister, created, amended, corrected, voided)).toMatchObject([
      { end: '2023-04', amendments: [] },
    ]);
  });

  test('a correction restates the project; before an amendment also the dates as signed', async () => {
    const corrected = { type: 'ProjectCorrected', data: { ...facts, end: '2023-05', replaces: 'e1' } };
    expect(await rows(projectRegister, created, corrected)).toMatchObject([
      { end: '2023-05', original: { end: '2023-05' } },
    ]);
    const later = { type: 'ProjectCorrected', data: { ...facts, end: '2023-07', country: 'LY', replaces: 'e1' } };
    expect(await rows(projectRegister, created, amended, later)).toMatchObject([
      { country: 'LY', end: '2023-07', original: { end: '2023-04' }, amendments: [{ eventId: 'e2' }] },
    ]);
  });

  test('a voided project stays in the register, as voided', async () =>
    expect(await rows(projectRegister, created, { type: 'ProjectVoided', data: { voids: 'e1' } })).toMatchObject([
      { status: 'voided' },
    ]));
});

describe('periods', () => {
  const answers = [{ indicator: 'i', answer: 'zero' }];
  const year = { period: 'p1', from: '2021-04-01', to: '2022-03-31', reportType: 'interim' };
  const opened = { type: 'PeriodOpened', data: year };
  const second = { type: 'PeriodOpened', data: { ...year, period: 'p2', from: '2022-04-01', to: '2023-03-31' } };
  const closed = { type: 'PeriodClosed', thing: 'p1', data: { from: year.from, to: year.to, answers } };

  test("each is a row, though the project's stream lists them", async () =>
    expect(await rows(periodRegister, opened, second, closed)).toMatchObject([
      { ...year, status: 'closed', answers },
      { period: 'p2', status: 'open', answers: [] },
    ]));

  test('a reopened one has no answers', async () =>
    expect(await rows(periodRegister, opened, closed, { type: 'PeriodReopened', thing: 'p1', data: {} })).toEqual([
      { ...year, status: 'open', answers: [] },
    ]));

  test('a corrected one has its new dates, a voided one stays in the register', async () => {
    const corrected = { type: 'PeriodCorrected', data: { ...year, to: '2022-04-30', replaces: 'e1' } };
    expect(await rows(periodRegister, opened, corrected)).toEqual([
      { ...year, to: '2022-04-30', status: 'open', answers: [] },
    ]);
    const voided = { type: 'PeriodVoided', data: { period: 'p1', voids: 'e1' } };
    expect(await rows(periodRegister, opened, voided)).toMatchObject([{ ...year, status: 'voided' }]);
  });
});
