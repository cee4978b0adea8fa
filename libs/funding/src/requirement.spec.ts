import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  AddRequirement,
  CorrectRequirement,
  requirement,
  VoidRequirement,
  type RequirementData,
  type RequirementEvent,
} from './requirement.js';

const id = '018f3f5e-0000-7000-8000-0000000000e2';
const area = '018f3f5e-0000-7000-8000-0000000000e1';
const reason = { code: 'data-quality', text: 'The table says otherwise.' } as const;
const facts = {
  level: 'section',
  parent: area,
  order: 1,
  code: 'A.1',
  title: 'Direct assistance',
  amount: 100000000,
  currency: 'USD',
  peopleTargeted: 1000,
  unitCost: 100000,
  units: 1000,
} as const;

type Given = RequirementEvent & { id: string };
const added: Given = { id: 'e1', type: 'RequirementAdded', data: facts };
const voided: Given = { id: 'e2', type: 'RequirementVoided', data: { voids: 'e1' } };

const under = (level: RequirementData['level'], status = 'added') => ({
  parent: { status, requirement: { facts: { level } } },
});
const known = under('area');

describe('add a requirement', () => {
  const add = command(AddRequirement, { id, ...facts, note: 'As the plan prints it.' });

  test('records it as printed, its note apart', () =>
    given(requirement)
      .when(add, known)
      .then([{ type: 'RequirementAdded', data: facts, texts: { note: 'As the plan prints it.' } }]));
  test('one may stand by itself', () => {
    const { parent: _, ...alone } = facts;
    given(requirement)
      .when(command(AddRequirement, { id, ...alone }), { parent: undefined })
      .thenLike([{ type: 'RequirementAdded', data: alone }]);
  });
  test('an id is used once', () => given(requirement, added).when(add, known).thenRejected('requirement-exists'));
  test('what it is part of must be there', () => {
    given(requirement).when(add, { parent: undefined }).thenRejected('unknown-requirement');
    given(requirement).when(add, under('area', 'voided')).thenRejected('requirement-voided');
  });
  test.each([
    ['area', 'area'],
    ['area', 'section'],
    ['section', 'section'],
    ['section', 'line'],
    ['line', 'line'],
  ] as const)('one of the level %s is no part of one of the level %s', (level, parent) =>
    given(requirement)
      .when(command(AddRequirement, { id, ...facts, level }), under(parent))
      .thenRejected('not-above'),
  );
  test.each(['section', 'area'] as const)('a line is part of one of the level %s', (parent) =>
    given(requirement)
      .when(command(AddRequirement, { id, ...facts, level: 'line' }), under(parent))
      .thenLike([{ type: 'RequirementAdded' }]),
  );
});

describe('correct a requirement', () => {
  const correct = command(CorrectRequirement, { id, ...facts, amount: 90000000, reason });

  test('restates the whole and names what it replaces', () =>
    given(requirement, added)
      .when(correct, known)
      .thenLike([{ type: 'RequirementCorrected', data: { ...facts, amount: 90000000, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(requirement, added)
      .when(command(CorrectRequirement, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('its level stays, as others may be part of it', () =>
    given(requirement, added)
      .when(command(CorrectRequirement, { id, ...facts, level: 'line', reason }), known)
      .thenRejected('level-fixed'));
  test('what it is part of is checked again', () =>
    given(requirement, added).when(correct, under('line')).thenRejected('not-above'));
  test('a voided one cannot be corrected', () =>
    given(requirement, added, voided).when(correct, known).thenRejected('requirement-voided'));
  test('the unknown neither', () => given(requirement).when(correct, known).thenRejected('unknown-requirement'));
});

describe('void a requirement', () => {
  const void_ = command(VoidRequirement, { id, reason });

  test('names the event it voids', () =>
    given(requirement, added)
      .when(void_)
      .then([{ type: 'RequirementVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(requirement, added, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(requirement).when(void_).thenRejected('unknown-requirement'));
});
