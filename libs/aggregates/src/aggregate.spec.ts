import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectAggregate,
  ItemiseAggregate,
  RecordAggregate,
  VoidAggregate,
  type AggregateEvent,
} from './aggregate-commands.js';
import { aggregate } from './aggregate.js';

const id = '018f3f5e-0000-7000-8000-000000000901';
const activity = '018f3f5e-0000-7000-8000-0000000000aa';
const [first, second, gone] = ['1', '2', '3'].map((end) => `018f3f5e-0000-7000-8000-00000000000${end}`) as [
  string,
  string,
  string,
];
const reason = { code: 'data-quality', text: 'The report says otherwise.' } as const;

const facts = {
  of: 'training',
  title: 'Four sessions to 27 organisations',
  count: 4,
  occurredOn: '2022-01/2022-05',
  people: 96,
  organisations: 27,
  activity,
} as const;
type Told = AggregateEvent & { id: string };
const recorded: Told = { id: 'e1', type: 'AggregateRecorded', data: facts };
const itemised: Told = { id: 'e2', type: 'AggregateItemised', data: { items: [first, second], isComplete: false } };
const complete: Told = { id: 'e3', type: 'AggregateItemised', data: { items: [first, second], isComplete: true } };
const voided: AggregateEvent = { type: 'AggregateVoided', data: { voids: 'e1' } };

const known = {
  checkDate: () => undefined,
  activity: { status: 'started' },
  items: new Map([
    [first, { status: 'held' }],
    [second, { status: 'held' }],
    [gone, { status: 'voided' }],
  ]),
};
const closed = {
  ...known,
  checkDate: () => {
    throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record an aggregate', () => {
  const record = command(RecordAggregate, { id, ...facts, note: 'As the partner says.' });

  test('records how many, and in all, its note apart', () =>
    given(aggregate)
      .when(record, known)
      .then([{ type: 'AggregateRecorded', data: facts, texts: { note: 'As the partner says.' } }]));
  test('an id is used once', () => given(aggregate, recorded).when(record, known).thenRejected('aggregate-exists'));
  test('its date is checked against project and periods', () =>
    expect(() => given(aggregate).when(record, closed).then([])).toThrow('closed'));
  test('only meetings have a purpose', () =>
    given(aggregate)
      .when(command(RecordAggregate, { id, ...facts, purpose: 'coordination' }), known)
      .thenRejected('purpose-not-expected'));
  test('its activity must be known, and not voided', () => {
    const of = (thing: object | undefined) => given(aggregate).when(record, { ...known, activity: thing });
    of(undefined).thenRejected('unknown-activity');
    of({ status: 'voided' }).thenRejected('activity-voided');
  });
});

describe('correct an aggregate', () => {
  const correct = command(CorrectAggregate, { id, ...facts, count: 5, reason });

  test('restates the whole and names what it replaces', () =>
    given(aggregate, recorded, itemised)
      .when(correct, known)
      .thenLike([{ type: 'AggregateCorrected', data: { ...facts, count: 5, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(aggregate, recorded)
      .when(command(CorrectAggregate, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('it stays of the kind of its items', () => {
    const ofMeetings = command(CorrectAggregate, { id, ...facts, of: 'meeting', reason });
    given(aggregate, recorded, itemised).when(ofMeetings, known).thenRejected('aggregate-itemised');
    given(aggregate, recorded)
      .when(ofMeetings, known)
      .thenLike([{ type: 'AggregateCorrected' }]);
  });
  test('a voided one cannot be corrected', () =>
    given(aggregate, recorded, voided).when(correct, known).thenRejected('aggregate-voided'));
  test('the unknown neither', () => given(aggregate).when(correct, known).thenRejected('unknown-aggregate'));
});

describe('void an aggregate', () => {
  const void_ = command(VoidAggregate, { id, reason });

  test('names the event it voids', () => given(aggregate, recorded, itemised).when(void_, known).then([voided]));
  test('twice is already so', () => given(aggregate, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(aggregate).when(void_, known).thenRejected('unknown-aggregate'));
  test('its date is checked too', () =>
    expect(() => given(aggregate, recorded).when(void_, closed).then([])).toThrow('closed'));
});

describe('itemise an aggregate', () => {
  const itemise = (items: string[], isComplete = false, why?: typeof reason) =>
    command(ItemiseAggregate, { id, items, isComplete, reason: why });

  test('names what stands in its place, in whatever order', () =>
    given(aggregate, recorded)
      .when(itemise([second, first]), known)
      .then([{ type: 'AggregateItemised', data: { items: [first, second], isComplete: false } }]));
  test('what is stated already is already so', () => {
    given(aggregate, recorded, itemised)
      .when(itemise([second, first]), known)
      .thenAlreadySo();
    given(aggregate, recorded).when(itemise([]), known).thenAlreadySo();
  });
  test('more may come, and the list be complete', () =>
    given(aggregate, recorded, itemised)
      .when(itemise([first, second], true), known)
      .thenLike([{ type: 'AggregateItemised', data: { isComplete: true } }]));
  test('what is taken back needs a reason', () => {
    given(aggregate, recorded, itemised)
      .when(itemise([first]), known)
      .thenRejected('reason-missing');
    given(aggregate, recorded, complete)
      .when(itemise([first, second]), known)
      .thenRejected('reason-missing');
    given(aggregate, recorded, complete)
      .when(itemise([], false, reason), known)
      .thenLike([{ type: 'AggregateItemised', data: { items: [], isComplete: false } }]);
  });
  test('its items are known, and not voided', () => {
    given(aggregate, recorded)
      .when(itemise([activity]), known)
      .thenRejected('unknown-item');
    given(aggregate, recorded)
      .when(itemise([gone]), known)
      .thenRejected('item-voided');
  });
  test('one that was voided since may stay in the list', () => {
    const since = { ...known, items: new Map([[second, { status: 'held' }]]) };
    given(aggregate, recorded, itemised)
      .when(itemise([first, second], true), since)
      .thenLike([{ type: 'AggregateItemised' }]);
  });
  test('a voided one takes none', () =>
    given(aggregate, recorded, voided)
      .when(itemise([first]), known)
      .thenRejected('aggregate-voided'));
  test('its date is checked', () =>
    expect(() =>
      given(aggregate, recorded)
        .when(itemise([first]), closed)
        .then([]),
    ).toThrow('closed'));
});
