import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectItem, item, RegisterItem, VoidItem, type ItemEvent } from './item.js';

type Told = ItemEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const place = '018f3f5e-0000-7000-8000-0000000000aa';
const beneficiary = '018f3f5e-0000-7000-8000-0000000000bb';
const reason = { code: 'data-quality', text: 'The contract says otherwise.' } as const;

const facts = {
  kind: 'equipment',
  title: 'Passport readers',
  quantity: '12',
  unit: 'piece',
  place,
  beneficiary,
} as const;
const registered: Told = { id: 'e1', type: 'ItemRegistered', data: facts };
const voided: Told = { id: 'e9', type: 'ItemVoided', data: { voids: 'e1' } };
const known = { place: { status: 'merged' }, activity: undefined, beneficiary: { status: 'registered' } };

describe('register an item', () => {
  const register = command(RegisterItem, { id, ...facts, note: 'Lot 2.' });

  test('records what, how much, where and for whom, its note apart', () =>
    given(item)
      .when(register, known)
      .then([{ type: 'ItemRegistered', data: facts, texts: { note: 'Lot 2.' } }]));
  test('how much, where and for whom may be not stated', () =>
    given(item)
      .when(command(RegisterItem, { id, kind: 'works', title: 'Reception centre' }), known)
      .thenLike([{ data: { kind: 'works', title: 'Reception centre' } }]));
  test('an id is used once', () => given(item, registered).when(register, known).thenRejected('item-exists'));
  test.each([
    ['place', { place: undefined }, 'unknown-place'],
    ['place', { place: { status: 'voided' } }, 'place-voided'],
    ['beneficiary', { beneficiary: undefined }, 'unknown-organisation'],
    ['beneficiary', { beneficiary: { status: 'voided' } }, 'organisation-voided'],
  ])('its %s must be there, and not voided', (_, context, code) =>
    given(item)
      .when(register, { ...known, ...context })
      .thenRejected(code),
  );
  test('its activity must be of the project', () =>
    given(item)
      .when(command(RegisterItem, { id, ...facts, activity: place }), known)
      .thenRejected('unknown-activity'));
  test('there is no less than nothing of it', () =>
    given(item)
      .when(command(RegisterItem, { id, ...facts, quantity: '-1' }), known)
      .thenRejected('negative-quantity'));
});

describe('correct an item', () => {
  const correct = command(CorrectItem, { id, ...facts, quantity: '14', reason });

  test('restates the whole and names what it replaces', () =>
    given(item, registered)
      .when(correct, known)
      .thenLike([{ type: 'ItemCorrected', data: { ...facts, quantity: '14', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(item, registered)
      .when(command(CorrectItem, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('its states are those of its kind', () =>
    given(item, registered)
      .when(command(CorrectItem, { id, ...facts, kind: 'works', reason }), known)
      .thenRejected('kind-fixed'));
  test('the unknown and the voided are refused', () => {
    given(item).when(correct, known).thenRejected('unknown-item');
    given(item, registered, voided).when(correct, known).thenRejected('item-voided');
  });
});

describe('void an item', () => {
  const void_ = command(VoidItem, { id, reason });

  test('names the event it voids', () =>
    given(item, registered)
      .when(void_, known)
      .then([{ type: 'ItemVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(item, registered, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(item).when(void_, known).thenRejected('unknown-item'));
});
