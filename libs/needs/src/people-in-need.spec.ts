import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectPeopleInNeed,
  peopleInNeed,
  StatePeopleInNeed,
  VoidPeopleInNeed,
  type PeopleInNeedEvent,
} from './people-in-need.js';

const id = '018f3f5e-0000-7000-8000-0000000000b3';
const place = '018f3f5e-0000-7000-8000-0000000000a1';
const indicator = '018f3f5e-0000-7000-8000-0000000000b4';
const reason = { code: 'change-of-context', text: 'After the flood.' } as const;

const facts = {
  sector: 'Protection',
  place,
  at: '2023',
  inNeed: 134000,
  targeted: 60000,
  reachedBy: indicator,
  source: 'HNO',
};
const stated: PeopleInNeedEvent & { id: string } = { id: 'e1', type: 'PeopleInNeedStated', data: facts };
const voided: PeopleInNeedEvent = { type: 'PeopleInNeedVoided', data: { voids: 'e1' } };
const known = { place: { status: 'registered' }, reachedBy: { status: 'defined' } };

describe('state people in need', () => {
  const state = command(StatePeopleInNeed, { id, ...facts, note: 'Without camps.' });

  test('records how many, where, of when and by whom, its note apart', () =>
    given(peopleInNeed)
      .when(state, known)
      .then([{ type: 'PeopleInNeedStated', data: facts, texts: { note: 'Without camps.' } }]));
  test('an id is used once', () => given(peopleInNeed, stated).when(state, known).thenRejected('people-in-need-exist'));

  const refused = (fields: Partial<StatePeopleInNeed>, code: string, context: object = known) =>
    given(peopleInNeed)
      .when(command(StatePeopleInNeed, { id, ...facts, ...fields }), context)
      .thenRejected(code);
  test('something is stated', () => refused({ inNeed: undefined, targeted: undefined }, 'nothing-stated'));
  test('zero is', () =>
    given(peopleInNeed)
      .when(command(StatePeopleInNeed, { id, source: 'HNO', targeted: 0 }), known)
      .thenLike([{ type: 'PeopleInNeedStated' }]));
  test('its place must be known', () => refused({}, 'unknown-place', { ...known, place: undefined }));
  test('and the indicator that counts whom it reached', () => {
    refused({}, 'unknown-indicator', { ...known, reachedBy: undefined });
    refused({}, 'indicator-voided', { ...known, reachedBy: { status: 'voided' } });
  });
  test.each([
    [21_600_000, 0],
    [-1, 1],
    [1.5, 1],
    [20_000_000_000, 1],
  ])('%d people: %d faults', (inNeed, faults) =>
    expect(validateSync(command(StatePeopleInNeed, { id, source: 'HNO', inNeed }))).toHaveLength(faults),
  );
});

describe('correct people in need', () => {
  const correct = command(CorrectPeopleInNeed, { id, ...facts, targeted: 65000, reason });

  test('restates the whole and names what it replaces', () =>
    given(peopleInNeed, stated)
      .when(correct, known)
      .thenLike([{ type: 'PeopleInNeedCorrected', data: { ...facts, targeted: 65000, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(peopleInNeed, stated)
      .when(command(CorrectPeopleInNeed, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(peopleInNeed, stated, voided).when(correct, known).thenRejected('people-in-need-voided'));
  test('the unknown neither', () => given(peopleInNeed).when(correct, known).thenRejected('unknown-people-in-need'));
});

describe('void people in need', () => {
  const void_ = command(VoidPeopleInNeed, { id, reason });

  test('names the event it voids', () => given(peopleInNeed, stated).when(void_).then([voided]));
  test('twice is already so', () => given(peopleInNeed, stated, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(peopleInNeed).when(void_).thenRejected('unknown-people-in-need'));
});
