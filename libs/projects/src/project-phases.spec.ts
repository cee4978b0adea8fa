import { circumstances, command, given } from '../../event-sourcing/src/given-when-then.js';
import type { ProjectEvent } from './project-events.js';
import { AddPhase, CorrectPhase, VoidPhase } from './project-phases.js';
import { project } from './project.js';

type Told = ProjectEvent & { id: string };

const id = circumstances.scope;
const phase = '018f3f5e-0000-7000-8000-0000000000c1';
const reason = { code: 'data-quality', text: 'The contract says otherwise.' } as const;
const facts = { phase, kind: 'inception', from: '2021-04', to: '2021-09' } as const;

const created: Told = {
  id: 'e1',
  type: 'ProjectCreated',
  data: { reference: 'B', title: 'Borders', timeZone: 'Africa/Tunis', start: '2021-06', currency: 'EUR' },
};
const added: Told = { id: 'e2', type: 'PhaseAdded', data: facts };
const phaseVoided: Told = { id: 'e3', type: 'PhaseVoided', data: { phase, voids: 'e2' } };
const voided: Told = { id: 'e9', type: 'ProjectVoided', data: { voids: 'e1' } };

describe('add a phase', () => {
  const add = command(AddPhase, { id, ...facts, note: 'Page 3.' });

  test('records it, also outside the dates of the project: the register says so', () =>
    given(project, created)
      .when(add)
      .then([{ type: 'PhaseAdded', data: facts, texts: { note: 'Page 3.' } }]));
  test('it may be still to come', () =>
    given(project, created)
      .when(command(AddPhase, { id, ...facts, from: '2030', to: undefined }))
      .thenLike([{ type: 'PhaseAdded' }]));
  test('the same again is already so', () =>
    given(project, created, added)
      .when(command(AddPhase, { id, ...facts }))
      .thenAlreadySo());
  test('otherwise it is corrected', () =>
    given(project, created, added)
      .when(command(AddPhase, { id, ...facts, to: '2021-10' }))
      .thenRejected('phase-exists'));
  test('it does not end before it starts', () =>
    given(project, created)
      .when(command(AddPhase, { id, ...facts, to: '2021-03' }))
      .thenRejected('phase-ends-before-start'));
  test('the id of a voided one is not used again', () =>
    given(project, created, added, phaseVoided).when(add).thenRejected('phase-voided'));
  test('they are a handful', () => {
    const idOf = (n: number) => `018f3f5e-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const many = Array.from({ length: 50 }, (_, n): Told => ({ ...added, data: { ...facts, phase: idOf(n) } }));
    given(project, created, ...many)
      .when(add)
      .thenRejected('too-many-phases');
  });
  test('the unknown and the voided project are refused', () => {
    given(project).when(add).thenRejected('unknown-project');
    given(project, created, voided).when(add).thenRejected('project-voided');
  });
});

describe('correct a phase', () => {
  const correct = command(CorrectPhase, { id, ...facts, title: 'Inception', reason });

  test('restates the whole and names what it replaces', () =>
    given(project, created, added)
      .when(correct)
      .thenLike([{ type: 'PhaseCorrected', data: { ...facts, title: 'Inception', replaces: 'e2' } }]));
  test('what is stated already is already so', () =>
    given(project, created, added)
      .when(command(CorrectPhase, { id, ...facts, reason }))
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(project, created).when(correct).thenRejected('unknown-phase');
    given(project, created, added, phaseVoided).when(correct).thenRejected('phase-voided');
  });
});

describe('void a phase', () => {
  const void_ = command(VoidPhase, { id, phase, reason });

  test('names the event it voids', () =>
    given(project, created, added)
      .when(void_)
      .then([{ type: 'PhaseVoided', data: { phase, voids: 'e2' } }]));
  test('twice is already so', () => given(project, created, added, phaseVoided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(project, created).when(void_).thenRejected('unknown-phase'));
});
