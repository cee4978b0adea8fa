import { command, given, rows } from '../../event-sourcing/src/given-when-then.js';
import { inputRegister } from './input-register.js';
import { AddInput, CorrectInput, input, VoidInput, type InputEvent } from './input.js';

type Told = InputEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const result = '018f3f5e-0000-7000-8000-0000000000e1';
const activity = '018f3f5e-0000-7000-8000-0000000000e2';
const reason = { code: 'data-quality', text: 'The signed logframe says otherwise.' } as const;
const known = { result: { status: 'added' }, activity: { status: 'planned' } };

const facts = { kind: 'position', title: 'Team leader', quantity: '0.5', unit: 'positions', result } as const;
const added: Told = { id: 'e1', type: 'InputAdded', data: facts };
const corrected: Told = {
  id: 'e2',
  type: 'InputCorrected',
  data: { kind: 'office', title: 'Tripoli', replaces: 'e1' },
};
const voided: Told = { id: 'e3', type: 'InputVoided', data: { voids: 'e1' } };

describe('add an input', () => {
  const add = (fields: Partial<AddInput>) => command(AddInput, { id, ...facts, ...fields });

  test('records it, its note apart', () =>
    given(input)
      .when(add({ note: 'Annex III.' }), known)
      .then([{ type: 'InputAdded', data: facts, texts: { note: 'Annex III.' } }]));
  test('how many, and what for, may be not stated', () =>
    given(input)
      .when(command(AddInput, { id, kind: 'office', title: 'Tripoli' }), { result: undefined, activity: undefined })
      .thenLike([{ type: 'InputAdded', data: { kind: 'office', title: 'Tripoli' } }]));
  test('an id is used once', () => given(input, added).when(add({}), known).thenRejected('input-exists'));
  test('it is for a result or for an activity', () => {
    given(input)
      .when(add({ result: undefined, activity }), known)
      .thenLike([{ type: 'InputAdded' }]);
    given(input).when(add({ activity }), known).thenRejected('result-or-activity');
  });
  test('no less than nothing', () =>
    given(input)
      .when(add({ quantity: '-1' }), known)
      .thenRejected('quantity-negative'));
  test('what it is for is known, and not voided', () => {
    const gone = { result: { status: 'voided' }, activity: { status: 'voided' } };
    const forActivity = add({ result: undefined, activity });
    given(input).when(add({}), {}).thenRejected('unknown-result');
    given(input).when(add({}), gone).thenRejected('result-voided');
    given(input).when(forActivity, {}).thenRejected('unknown-activity');
    given(input).when(forActivity, gone).thenRejected('activity-voided');
  });
});

describe('correct an input', () => {
  const correct = command(CorrectInput, { id, ...facts, quantity: '1', reason });

  test('restates the whole and names what it replaces', () =>
    given(input, added)
      .when(correct, known)
      .thenLike([{ type: 'InputCorrected', data: { ...facts, quantity: '1', replaces: 'e1' } }]));
  test('a second one replaces the first', () =>
    given(input, added, corrected)
      .when(correct, known)
      .thenLike([{ data: { replaces: 'e2' } }]));
  test('what is stated already is already so', () =>
    given(input, added)
      .when(command(CorrectInput, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(input).when(correct, known).thenRejected('unknown-input');
    given(input, added, voided).when(correct, known).thenRejected('input-voided');
  });
});

describe('void an input', () => {
  const void_ = command(VoidInput, { id, reason });

  test('names the event it voids', () =>
    given(input, added)
      .when(void_, known)
      .then([{ type: 'InputVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(input, added, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(input).when(void_, known).thenRejected('unknown-input'));
});

describe('input-register', () => {
  test('a correction restates the whole: what it leaves out is not stated any more', async () =>
    expect(await rows(inputRegister, added, corrected)).toEqual([
      { kind: 'office', title: 'Tripoli', status: 'added' },
    ]));
  test('a voided input stays, as voided', async () =>
    expect(await rows(inputRegister, added, voided)).toEqual([{ ...facts, status: 'voided' }]));
});
