import { rows } from '../../event-sourcing/src/given-when-then.js';
import { periodRegister } from './period-register.js';
import { projectRegister } from './project-register.js';

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

describe('what a project is about', () => {
  const described = { type: 'ProjectDescribed', data: { themes: ['borders'], statedMonths: 24 } };
  const phase = { phase: 'p1', kind: 'closing', from: '2023-01', to: '2023-06' };
  const added = { type: 'PhaseAdded', data: phase };
  const dated = { ...created, data: { ...facts, start: '2021-04' } };
  const funded = (thing: string, share: string) => ({
    type: 'FundingRecorded',
    thing,
    data: { organisation: `of-${thing}`, role: 'funds', share, note: { textHash: 'aa' } },
  });

  test('stands in its row, and what nobody recorded does not', async () => {
    expect(await rows(projectRegister, created)).not.toMatchObject([{ description: expect.anything() as object }]);
    expect(await rows(projectRegister, created, described)).toMatchObject([{ description: described.data }]);
    const corrected = { type: 'DescriptionCorrected', data: { themes: ['ports'], replaces: 'e2' } };
    expect(await rows(projectRegister, created, described, corrected)).toMatchObject([
      { description: { themes: ['ports'] } },
    ]);
    const voided = { type: 'DescriptionVoided', data: { voids: 'e2' } };
    expect(await rows(projectRegister, created, described, voided)).toEqual(await rows(projectRegister, created));
  });

  test('what disagrees is pointed out, and no more once it agrees', async () => {
    const found = { code: 'duration-differs-from-dates', stated: 24, least: 24, most: 28 };
    const long = { ...amended, data: { amendment: 'Amendment 1', start: '2021-04', end: '2023-07' } };
    expect(await rows(projectRegister, dated, described)).not.toMatchObject([
      { findings: expect.anything() as object },
    ]);
    expect(await rows(projectRegister, dated, described, long)).toMatchObject([
      { findings: [{ ...found, least: 26 }] },
    ]);
    const back = { type: 'AmendmentVoided', data: { voids: 'e3' } };
    expect(await rows(projectRegister, dated, described, long, back)).toEqual(
      await rows(projectRegister, dated, described),
    );
  });

  test('phases stand in the order of their beginning; one outside the project is pointed out', async () => {
    const first = { type: 'PhaseAdded', data: { phase: 'p2', kind: 'inception', from: '2021-04' } };
    expect(await rows(projectRegister, dated, added, first)).toMatchObject([
      { phases: [{ phase: 'p2' }, phase], findings: [{ code: 'phase-outside-project', phase: 'p1' }] },
    ]);
    const corrected = { type: 'PhaseCorrected', data: { ...phase, to: '2023-04', replaces: 'e2' } };
    const inside = await rows(projectRegister, dated, added, corrected);
    expect(inside).toMatchObject([{ phases: [{ to: '2023-04' }] }]);
    expect(inside[0]).not.toHaveProperty('findings');
    const voided = { type: 'PhaseVoided', data: { phase: 'p1', voids: 'e2' } };
    expect(await rows(projectRegister, dated, added, voided)).toEqual(await rows(projectRegister, dated));
  });

  test('who funds it is listed without notes, and shares that do not make 100 are pointed out', async () => {
    expect(await rows(projectRegister, created, funded('f1', '80'), funded('f2', '10'))).toMatchObject([
      {
        funding: [
          { id: 'f1', organisation: 'of-f1', role: 'funds', share: '80' },
          { id: 'f2', organisation: 'of-f2', share: '10' },
        ],
        findings: [{ code: 'shares-differ-from-100', sum: '90' }],
      },
    ]);
    const corrected = {
      type: 'FundingCorrected',
      thing: 'f1',
      data: { organisation: 'of-f1', role: 'funds', share: '90', replaces: 'e2' },
    };
    const [row] = await rows(projectRegister, created, funded('f1', '80'), funded('f2', '10'), corrected);
    expect(row).toMatchObject({ funding: [{ id: 'f1', share: '90' }, { id: 'f2' }] });
    expect(row).not.toHaveProperty('findings');
    expect(row).not.toMatchObject({ funding: [{ note: expect.anything() as object }] });
    const voided = { type: 'FundingVoided', thing: 'f1', data: { voids: 'e2' } };
    expect(await rows(projectRegister, created, funded('f1', '80'), voided)).toEqual(
      await rows(projectRegister, created),
    );
  });

  test('so are partners, other names, earlier projects and programmes', async () => {
    const told = [
      { type: 'PartnerRecorded', thing: 'a', data: { role: 'implementing', organisation: 'o' } },
      { type: 'AliasRecorded', thing: 'b', data: { name: 'Another', source: 'A list' } },
      { type: 'SuccessionRecorded', thing: 'c', data: { kind: 'follows', title: 'Phase I' } },
      { type: 'ProjectIncluded', thing: 'd', data: { programme: 'p' } },
      { type: 'InclusionEnded', thing: 'd', data: { to: '2022' } },
    ];
    const lists = {
      partners: [{ id: 'a', role: 'implementing', organisation: 'o' }],
      aliases: [{ id: 'b', name: 'Another', source: 'A list' }],
      follows: [{ id: 'c', kind: 'follows', title: 'Phase I' }],
      programmes: [{ id: 'd', programme: 'p', to: '2022' }],
    };
    expect(await rows(projectRegister, created, ...told)).toMatchObject([lists]);
    const sheet = { type: 'ProjectCorrected', data: { ...facts, country: 'LY', replaces: 'e1' } };
    expect(await rows(projectRegister, created, ...told, sheet)).toMatchObject([{ country: 'LY', ...lists }]);
    const gone = ['Partner', 'Alias', 'Succession', 'Inclusion'].map((name, index) => ({
      type: `${name}Voided`,
      thing: 'abcd'[index]!,
      data: { voids: 'e' },
    }));
    expect(await rows(projectRegister, created, ...told, ...gone)).toEqual(await rows(projectRegister, created));
  });
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
