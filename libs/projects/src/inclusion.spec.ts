import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectInclusion,
  IncludeProject,
  inclusion,
  EndInclusion,
  VoidInclusion,
  type InclusionEvent,
} from './inclusion.js';

type Told = InclusionEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const programme = '018f3f5e-0000-7000-8000-0000000000f1';
const reason = { code: 'data-quality', text: 'The decision says otherwise.' } as const;
const known = { programme: { status: 'created' } };

const facts = { programme, from: '2021-04' } as const;
const included: Told = { id: 'e1', type: 'ProjectIncluded', data: facts };
const removed: Told = { id: 'e2', type: 'InclusionEnded', data: { to: '2022-03' } };
const voided: Told = { id: 'e3', type: 'InclusionVoided', data: { voids: 'e1' } };

describe('include the project in a programme', () => {
  const include = (fields: Partial<IncludeProject>) => command(IncludeProject, { id, ...facts, ...fields });

  test('records it', () =>
    given(inclusion)
      .when(include({ note: 'Decision 7.' }), known)
      .then([{ type: 'ProjectIncluded', data: facts, texts: { note: 'Decision 7.' } }]));
  test('an id is used once', () =>
    given(inclusion, included).when(include({}), known).thenRejected('inclusion-exists'));
  test('it does not end before it starts', () =>
    given(inclusion)
      .when(include({ to: '2021-03' }), known)
      .thenRejected('ends-before-start'));
  test('the programme is known', () => {
    given(inclusion).when(include({}), { programme: undefined }).thenRejected('unknown-programme');
    given(inclusion)
      .when(include({}), { programme: { status: 'voided' } })
      .thenRejected('programme-voided');
  });
});

describe('remove the project from a programme', () => {
  const remove = command(EndInclusion, { id, to: '2022-03', reason });

  test('records until when it is part of it', () =>
    given(inclusion, included)
      .when(remove, known)
      .then([{ type: 'InclusionEnded', data: { to: '2022-03' } }]));
  test('the same again is already so', () => given(inclusion, included, removed).when(remove, known).thenAlreadySo());
  test('on another day it is a correction', () =>
    given(inclusion, included, removed)
      .when(command(EndInclusion, { id, to: '2022-04', reason }), known)
      .thenRejected('ended-already'));
  test('not before it was part of it', () =>
    given(inclusion, included)
      .when(command(EndInclusion, { id, to: '2021-03', reason }), known)
      .thenRejected('ends-before-start'));
  test('the unknown and the voided are refused', () => {
    given(inclusion).when(remove, known).thenRejected('unknown-inclusion');
    given(inclusion, included, voided).when(remove, known).thenRejected('inclusion-voided');
  });
});

describe('correct an inclusion', () => {
  const correct = command(CorrectInclusion, { id, ...facts, from: '2021-05', reason });

  test('restates the whole and names what it replaces', () =>
    given(inclusion, included)
      .when(correct, known)
      .thenLike([{ type: 'InclusionCorrected', data: { programme, from: '2021-05', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(inclusion, included)
      .when(command(CorrectInclusion, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('also that it has not left after all', () =>
    given(inclusion, included, removed)
      .when(command(CorrectInclusion, { id, ...facts, reason }), known)
      .thenLike([{ type: 'InclusionCorrected', data: { ...facts, replaces: 'e1' } }]));
  test('the unknown and the voided are refused', () => {
    given(inclusion).when(correct, known).thenRejected('unknown-inclusion');
    given(inclusion, included, voided).when(correct, known).thenRejected('inclusion-voided');
  });
});

describe('void an inclusion', () => {
  const void_ = command(VoidInclusion, { id, reason });

  test('names the event it voids', () =>
    given(inclusion, included)
      .when(void_, known)
      .then([{ type: 'InclusionVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(inclusion, included, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(inclusion).when(void_, known).thenRejected('unknown-inclusion'));
});
