import { circumstances, command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  AmendContract,
  CorrectAmendment,
  CorrectPeriod,
  CorrectProject,
  CreateProject,
  OpenPeriod,
  VoidAmendment,
  VoidPeriod,
  VoidProject,
} from './project-commands.js';
import type { ProjectEvent } from './project-events.js';
import type { Project } from './project-state.js';
import { project } from './project.js';

type Told = ProjectEvent & { id: string };

const id = circumstances.scope;
const [first, second] = ['018f3f5e-0000-7000-8000-0000000000a1', '018f3f5e-0000-7000-8000-0000000000a2'] as const;
const reason = { code: 'no-cost-extension', text: 'Agreed with the contracting authority.' } as const;

const facts = {
  reference: 'LIBMITAF',
  title: 'Facility',
  timeZone: 'Africa/Tripoli',
  start: '2021-04',
  end: '2023-04',
  currency: 'EUR',
};
const extension = { amendment: 'Amendment 1', signedOn: '2022-06-01', start: '2021-04', end: '2023-07' };
const year = { period: first, from: '2021-04-01', to: '2022-03-31', reportType: 'interim' } as const;

const created: Told = { id: 'e1', type: 'ProjectCreated', data: facts };
const amended: Told = { id: 'e2', type: 'ContractAmended', data: extension };
const opened: Told = { id: 'e3', type: 'PeriodOpened', data: year };
const periodVoided: Told = { id: 'e4', type: 'PeriodVoided', data: { period: first, voids: 'e3' } };
const voided: Told = { id: 'e9', type: 'ProjectVoided', data: { voids: 'e1' } };

const datesAfter = (...events: ProjectEvent[]) => {
  const state = given(project, created, ...events).state as Exclude<Project, { status: 'none' }>;
  return [state.facts.start, state.facts.end];
};

describe('create a project', () => {
  const create = command(CreateProject, { id, ...facts, note: 'Pages 35 to 44.' });

  test('records what it is, its note apart; donors are not stated', () =>
    given(project)
      .when(create)
      .then([{ type: 'ProjectCreated', data: facts, texts: { note: 'Pages 35 to 44.' } }]));
  test('an id is used once', () => given(project, created).when(create).thenRejected('project-exists'));
  test('it does not end before it starts', () =>
    given(project)
      .when(command(CreateProject, { id, ...facts, end: '2021-03' }))
      .thenRejected('ends-before-start'));
  test.each([
    ['2021-04', '2021'],
    ['2021', '2021-01'],
    ['2015/..', undefined],
    ['2021-04-01/2021-05', '2021-05'],
  ])('from %s to %s is possible', (start, end) =>
    given(project)
      .when(command(CreateProject, { id, ...facts, start, end }))
      .thenLike([{ type: 'ProjectCreated', data: { start } }]),
  );
});

describe('correct a project', () => {
  const correct = command(CorrectProject, { id, ...facts, country: 'LY', reason });

  test('restates the whole and names what it replaces', () =>
    given(project, created)
      .when(correct)
      .thenLike([{ type: 'ProjectCorrected', data: { ...facts, country: 'LY', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(project, created)
      .when(command(CorrectProject, { id, ...facts, reason }))
      .thenAlreadySo());
  test('dates that were amended are a matter of the amendment', () => {
    given(project, created, amended).when(correct).thenRejected('dates-amended');
    given(project, created, amended)
      .when(command(CorrectProject, { id, ...facts, end: '2023-07', country: 'LY', reason }))
      .thenLike([{ type: 'ProjectCorrected', data: { end: '2023-07' } }]);
  });
  test('the unknown and the voided are refused', () => {
    given(project).when(correct).thenRejected('unknown-project');
    given(project, created, voided).when(correct).thenRejected('project-voided');
  });
});

describe('void a project', () => {
  const void_ = command(VoidProject, { id, reason });

  test('names the event it voids', () =>
    given(project, created)
      .when(void_)
      .then([{ type: 'ProjectVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(project, created, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(project).when(void_).thenRejected('unknown-project'));
});

describe('amend the contract', () => {
  const { start: _, ...end } = extension;
  const amend = command(AmendContract, { id, ...end, reason });

  test('records the dates that hold from then on; what is left out stays', () => {
    given(project, created)
      .when(amend)
      .then([{ type: 'ContractAmended', data: extension }]);
    expect(datesAfter(amended)).toEqual(['2021-04', '2023-07']);
  });
  test('the same again is already so', () => given(project, created, amended).when(amend).thenAlreadySo());
  test('an amendment that leaves the dates is recorded all the same', () =>
    given(project, created, amended)
      .when(command(AmendContract, { id, amendment: 'Amendment 2', reason }))
      .thenLike([{ type: 'ContractAmended', data: { amendment: 'Amendment 2', end: '2023-07' } }]));
  test('it is signed already', () =>
    given(project, created)
      .when(command(AmendContract, { id, ...end, signedOn: '2022-07', reason }))
      .thenRejected('in-the-future'));
  test('the contract does not end before it starts', () =>
    given(project, created)
      .when(command(AmendContract, { id, amendment: 'Amendment 1', end: '2021-03', reason }))
      .thenRejected('ends-before-start'));

  test('what it changes, and from when it is in force, may be said; that may be still to come', () => {
    const more = { kinds: ['no-cost', 'dates'], effectiveFrom: '2023-01-01' } as const;
    given(project, created)
      .when(command(AmendContract, { id, ...end, ...more, kinds: [...more.kinds], reason }))
      .then([{ type: 'ContractAmended', data: { ...extension, ...more } }]);
    given(project, created, amended)
      .when(command(CorrectAmendment, { id, ...end, ...more, kinds: [...more.kinds], reason }))
      .thenLike([{ type: 'AmendmentCorrected', data: { ...extension, ...more, replaces: 'e2' } }]);
  });

  const correct = command(CorrectAmendment, { id, ...end, end: '2023-06', reason });
  test('an amendment is corrected', () => {
    const data = { ...extension, end: '2023-06', replaces: 'e2' };
    given(project, created, amended)
      .when(correct)
      .then([{ type: 'AmendmentCorrected', data }]);
    expect(datesAfter(amended, { type: 'AmendmentCorrected', data })).toEqual(['2021-04', '2023-06']);
  });
  test('a correction to what is stated is already so', () =>
    given(project, created, amended)
      .when(command(CorrectAmendment, { id, ...end, reason }))
      .thenAlreadySo());
  test('without one there is nothing to correct', () =>
    given(project, created).when(correct).thenRejected('no-amendment'));

  const void_ = command(VoidAmendment, { id, reason });
  test('an amendment is voided: the dates before it hold again', () => {
    given(project, created, amended)
      .when(void_)
      .then([{ type: 'AmendmentVoided', data: { voids: 'e2' } }]);
    expect(datesAfter(amended, { type: 'AmendmentVoided', data: { voids: 'e2' } })).toEqual(['2021-04', '2023-04']);
  });
  test('voiding none is already so', () => given(project, created).when(void_).thenAlreadySo());
  test('a voided project has none', () =>
    given(project, created, amended, voided).when(void_).thenRejected('project-voided'));
});

describe('open a period', () => {
  const open = command(OpenPeriod, { id, ...year });

  test('records it', () =>
    given(project, created)
      .when(open)
      .then([{ type: 'PeriodOpened', data: year }]));
  test('the same again is already so', () => given(project, created, opened).when(open).thenAlreadySo());
  test('with other dates, or for another report, it must be a correction', () => {
    for (const other of [{ to: '2022-04-30' }, { reportType: 'final' as const }]) {
      given(project, created, opened)
        .when(command(OpenPeriod, { id, ...year, ...other }))
        .thenRejected('period-exists');
    }
  });
  test('periods do not overlap', () =>
    given(project, created, opened)
      .when(command(OpenPeriod, { id, ...year, period: second, from: '2022-03-31', to: '2023-03-31' }))
      .thenRejected('period-overlaps'));
  test('and end after they start', () =>
    given(project, created)
      .when(command(OpenPeriod, { id, ...year, to: '2021-03-31' }))
      .thenRejected('ends-before-start'));
  test('the id of a voided one is not used again', () =>
    given(project, created, opened, periodVoided).when(open).thenRejected('period-voided'));
});

describe('correct a period', () => {
  const correct = command(CorrectPeriod, { id, ...year, reportType: 'final', reason });

  test('restates the whole and names what it replaces', () =>
    given(project, created, opened)
      .when(correct)
      .then([{ type: 'PeriodCorrected', data: { ...year, reportType: 'final', replaces: 'e3' } }]));
  test('what is stated already is already so', () =>
    given(project, created, opened)
      .when(command(CorrectPeriod, { id, ...year, reason }))
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(project, created).when(correct).thenRejected('unknown-period');
    given(project, created, opened, periodVoided).when(correct).thenRejected('period-voided');
  });
  test('a closed one is reopened first', () =>
    given(project, created, opened)
      .when(correct, { period: { status: 'closed' } })
      .thenRejected('period-closed'));
});

describe('void a period', () => {
  const void_ = command(VoidPeriod, { id, period: first, reason });

  test('names the event it voids', () =>
    given(project, created, opened)
      .when(void_, { period: { status: 'reopened' } })
      .then([{ type: 'PeriodVoided', data: { period: first, voids: 'e3' } }]));
  test('twice is already so', () => given(project, created, opened, periodVoided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(project, created).when(void_).thenRejected('unknown-period'));
  test('a closed one is reopened first', () =>
    given(project, created, opened)
      .when(void_, { period: { status: 'closed' } })
      .thenRejected('period-closed'));
  test('its days are free again', () =>
    given(project, created, opened, periodVoided)
      .when(command(OpenPeriod, { id, ...year, period: second }))
      .thenLike([{ type: 'PeriodOpened' }]));
});
