import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectItemState, itemState, RecordItemState, VoidItemState, type ItemStateEvent } from './item-state.js';

type Told = ItemStateEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const item = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The delivery note says otherwise.' } as const;

const facts = { item, state: 'delivered', occurredOn: '2022-05-10', quantity: '40' } as const;
const recorded: Told = { id: 'e1', type: 'ItemStateRecorded', data: facts };
const voided: Told = { id: 'e9', type: 'ItemStateVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, item: { status: 'recorded', facts: { kind: 'equipment' } } };
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record a state', () => {
  const record = command(RecordItemState, { id, ...facts, note: 'By truck.' });

  test('records how much came to it when, its note apart', () =>
    given(itemState)
      .when(record, open)
      .then([{ type: 'ItemStateRecorded', data: facts, texts: { note: 'By truck.' } }]));
  test('an id is used once', () => given(itemState, recorded).when(record, open).thenRejected('item-state-exists'));
  test('its item must be of the project, and not voided', () => {
    given(itemState)
      .when(record, { ...open, item: undefined })
      .thenRejected('unknown-item');
    given(itemState)
      .when(record, { ...open, item: { ...open.item, status: 'voided' } })
      .thenRejected('item-voided');
  });
  test('works are not delivered, and equipment is not under construction', () => {
    given(itemState)
      .when(record, { ...open, item: { status: 'recorded', facts: { kind: 'works' } } })
      .thenRejected('state-not-of-kind');
    given(itemState)
      .when(command(RecordItemState, { id, item, state: 'under-construction' }), open)
      .thenRejected('state-not-of-kind');
  });
  test('no less than nothing came to it', () =>
    given(itemState)
      .when(command(RecordItemState, { id, ...facts, quantity: '-2' }), open)
      .thenRejected('negative-quantity'));
  test('its date is checked', () => expect(() => given(itemState).when(record, closed).then([])).toThrow('closed'));
});

describe('correct a state', () => {
  const correct = command(CorrectItemState, { id, ...facts, quantity: '38', reason });

  test('restates the whole and names what it replaces', () =>
    given(itemState, recorded)
      .when(correct, open)
      .thenLike([{ type: 'ItemStateCorrected', data: { ...facts, quantity: '38', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(itemState, recorded)
      .when(command(CorrectItemState, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(itemState).when(correct, open).thenRejected('unknown-item-state');
    given(itemState, recorded, voided).when(correct, open).thenRejected('item-state-voided');
  });
});

describe('void a state', () => {
  const void_ = command(VoidItemState, { id, reason });

  test('names the event it voids', () =>
    given(itemState, recorded)
      .when(void_, open)
      .then([{ type: 'ItemStateVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(itemState, recorded, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(itemState).when(void_, open).thenRejected('unknown-item-state'));
});
