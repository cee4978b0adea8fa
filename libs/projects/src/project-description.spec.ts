import { validateSync } from 'class-validator';
import { circumstances, command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectDescription, DescribeProject, VoidDescription } from './project-description.js';
import type { ProjectEvent } from './project-events.js';
import { project } from './project.js';

type Told = ProjectEvent & { id: string };

const id = circumstances.scope;
const place = '018f3f5e-0000-7000-8000-0000000000b1';
const reason = { code: 'data-quality', text: 'The contract says otherwise.' } as const;

const facts = {
  objectives: [{ level: 'overall', title: 'Borders are managed better' }],
  targetGroups: { answer: 'listed', groups: ['Border police'] },
  finalBeneficiaries: { answer: 'not-applicable' },
  countries: ['LY', 'TN'],
  statedMonths: 24,
} satisfies Partial<DescribeProject>;

const created: Told = {
  id: 'e1',
  type: 'ProjectCreated',
  data: { reference: 'B', title: 'Borders', timeZone: 'Africa/Tunis', currency: 'EUR' },
};
const described: Told = { id: 'e2', type: 'ProjectDescribed', data: facts };
const taken: Told = { id: 'e3', type: 'DescriptionVoided', data: { voids: 'e2' } };
const voided: Told = { id: 'e9', type: 'ProjectVoided', data: { voids: 'e1' } };

describe('describe a project', () => {
  const describe_ = command(DescribeProject, { id, ...facts, note: 'Page 3.' });

  test('records what it is about, its note apart; what is left out is not stated', () =>
    given(project, created)
      .when(describe_)
      .then([{ type: 'ProjectDescribed', data: facts, texts: { note: 'Page 3.' } }]));
  test('the same again is already so', () =>
    given(project, created, described)
      .when(command(DescribeProject, { id, ...facts }))
      .thenAlreadySo());
  test('otherwise it is corrected', () =>
    given(project, created, described)
      .when(command(DescribeProject, { id, themes: ['borders'] }))
      .thenRejected('described-already'));
  test('once it was taken back it can be described anew', () =>
    given(project, created, described, taken)
      .when(command(DescribeProject, { id, themes: ['borders'] }))
      .thenLike([{ type: 'ProjectDescribed', data: { themes: ['borders'] } }]));
  test('it says at least one thing', () =>
    given(project, created).when(command(DescribeProject, { id })).thenRejected('nothing-described'));
  test('the unknown and the voided are refused', () => {
    given(project).when(describe_).thenRejected('unknown-project');
    given(project, created, voided).when(describe_).thenRejected('project-voided');
  });

  test.each([
    ['groups-missing', { answer: 'listed' }],
    ['groups-not-expected', { answer: 'none', groups: ['Border police'] }],
  ] as const)('groups are named where they are listed, and nowhere else: %s', (code, targetGroups) => {
    const groups = targetGroups as DescribeProject['targetGroups'];
    given(project, created)
      .when(command(DescribeProject, { id, targetGroups: groups }))
      .thenRejected(code);
    given(project, created)
      .when(command(DescribeProject, { id, finalBeneficiaries: groups }))
      .thenRejected(code);
  });

  test('its places are known', () => {
    const at = command(DescribeProject, { id, places: [place] });
    const places = (status: string) => ({ places: new Map([[place, { status }]]) });
    given(project, created)
      .when(at, places('registered'))
      .thenLike([{ type: 'ProjectDescribed' }]);
    given(project, created).when(at, places('voided')).thenRejected('unknown-place');
    given(project, created).when(at, { places: new Map() }).thenRejected('unknown-place');
  });
});

test.each([
  ['a sector of OECD DAC has three or five digits', { sectors: ['1519'] }, 'sectors'],
  ['a country has two letters', { countries: ['LBY'] }, 'countries'],
  ['none is said by its answer, not by an empty list', { countries: [] }, 'countries'],
  ['a theme stands there once', { themes: ['a', 'a'] }, 'themes'],
  ['a duration is in whole months', { statedMonths: 2.5 }, 'statedMonths'],
  ['and is not nothing', { statedMonths: 0 }, 'statedMonths'],
])('%s', (_, wrong, property) =>
  expect(validateSync(command(DescribeProject, { id, ...wrong }))).toMatchObject([{ property }]),
);

describe('correct the description', () => {
  const correct = command(CorrectDescription, { id, ...facts, statedMonths: 27, reason });

  test('restates the whole and names what it replaces', () =>
    given(project, created, described)
      .when(correct)
      .thenLike([{ type: 'DescriptionCorrected', data: { ...facts, statedMonths: 27, replaces: 'e2' } }]));
  test('what is stated already is already so', () =>
    given(project, created, described)
      .when(command(CorrectDescription, { id, ...facts, reason }))
      .thenAlreadySo());
  test('without one there is nothing to correct', () => {
    given(project, created).when(correct).thenRejected('no-description');
    given(project, created, described, taken).when(correct).thenRejected('no-description');
  });
});

describe('void the description', () => {
  const void_ = command(VoidDescription, { id, reason });

  test('names the event it voids', () =>
    given(project, created, described)
      .when(void_)
      .then([{ type: 'DescriptionVoided', data: { voids: 'e2' } }]));
  test('twice is already so', () => given(project, created, described, taken).when(void_).thenAlreadySo());
  test('a voided project has none', () =>
    given(project, created, described, voided).when(void_).thenRejected('project-voided'));
});
