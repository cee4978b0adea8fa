import { Rejection, type Occurrence } from '#event-sourcing';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectValue,
  observation,
  RecordNothing,
  RecordValue,
  VoidValue,
  type ObservationEvent,
} from './observation.js';

type Told = ObservationEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const indicator = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'Counted again.' } as const;

const facts = { indicator, value: '3', occurredOn: '2022-06' };
const window = { indicator, from: '2022-04-01', to: '2022-06-30' };
const recorded: Told = { id: 'e1', type: 'ValueRecorded', data: facts };
const nothing: Told = { id: 'e1', type: 'NothingTookPlace', data: window };
const voided: Told = { id: 'e2', type: 'ValueVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, indicator: { status: 'defined', kind: 'reported' } };
const counted = { ...open, indicator: { status: 'defined', kind: 'sum' } };
/** Refuses what is dated by the given text. */
const closedFor = (date: Occurrence) => ({
  ...open,
  checkDate: (occurredOn?: Occurrence) => {
    if (occurredOn === date) throw new Rejection('period-closed', 'Closed.');
  },
});

describe('record a value', () => {
  const record = command(RecordValue, { id, ...facts, note: 'By telephone.' });

  test('as reported, its note apart', () =>
    given(observation)
      .when(record, open)
      .then([{ type: 'ValueRecorded', data: facts, texts: { note: 'By telephone.' } }]));
  test('with what it stands for, where the scale is no amount', () =>
    given(observation)
      .when(command(RecordValue, { id, ...facts, value: '2', label: 'adopted by the council' }), open)
      .thenLike([{ data: { value: '2', label: 'adopted by the council' } }]));
  test('an id is used once', () => given(observation, recorded).when(record, open).thenRejected('value-exists'));
  test('for an indicator that takes reported values', () => {
    given(observation)
      .when(record, { ...open, indicator: undefined })
      .thenRejected('unknown-indicator');
    given(observation)
      .when(record, { ...open, indicator: { status: 'voided', kind: 'reported' } })
      .thenRejected('unknown-indicator');
    given(observation).when(record, counted).thenRejected('not-reported');
  });
  test('its date is checked', () =>
    given(observation).when(record, closedFor('2022-06')).thenRejected('period-closed'));
});

describe('correct a value', () => {
  const correct = command(CorrectValue, { id, ...facts, value: '4', occurredOn: '2022-07', reason });

  test('restates the whole and names what it replaces', () =>
    given(observation, recorded)
      .when(correct, open)
      .then([
        {
          type: 'ValueCorrected',
          data: { indicator, value: '4', occurredOn: '2022-07', replaces: 'e1' },
          texts: { note: undefined },
        },
      ]));
  test('what is stated already is already so', () =>
    given(observation, recorded)
      .when(command(CorrectValue, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('both dates are checked', () => {
    given(observation, recorded).when(correct, closedFor('2022-06')).thenRejected('period-closed');
    given(observation, recorded).when(correct, closedFor('2022-07')).thenRejected('period-closed');
  });
  test('only a value that stands', () => {
    given(observation).when(correct, open).thenRejected('unknown-value');
    given(observation, recorded, voided).when(correct, open).thenRejected('value-voided');
    given(observation, recorded).when(correct, counted).thenRejected('not-reported');
  });
  test('a recorded nothing is there, but is no value', () => {
    given(observation, nothing).when(correct, open).thenRejected('nothing-recorded');
    given(observation, nothing, voided).when(correct, open).thenRejected('value-voided');
  });
});

describe('record that nothing took place', () => {
  const record = command(RecordNothing, { id, ...window });

  test('for any indicator, with its window', () =>
    given(observation)
      .when(record, counted)
      .then([{ type: 'NothingTookPlace', data: window }]));
  test('said again it is already so; otherwise the id is taken', () => {
    given(observation, nothing).when(record, open).thenAlreadySo();
    given(observation, nothing)
      .when(command(RecordNothing, { id, ...window, to: '2022-06-29' }), open)
      .thenRejected('value-exists');
    given(observation, nothing, voided).when(record, open).thenRejected('value-exists');
  });
  test('a window that ends before it begins is none', () =>
    given(observation)
      .when(command(RecordNothing, { id, ...window, from: '2022-07-01' }), open)
      .thenRejected('ends-before-start'));
  test('an indicator that is there', () =>
    given(observation)
      .when(record, { ...open, indicator: { status: 'voided' } })
      .thenRejected('unknown-indicator'));
  test('its last day must be over, and no day of it in a closed period', () => {
    given(observation).when(record, closedFor('2022-06-30')).thenRejected('period-closed');
    given(observation).when(record, closedFor('2022-04-01/2022-06-30')).thenRejected('period-closed');
  });
});

describe('void a value', () => {
  const voiding = command(VoidValue, { id, reason });

  test('or a recorded nothing, by its event', () => {
    given(observation, recorded)
      .when(voiding, open)
      .then([{ type: 'ValueVoided', data: { voids: 'e1' } }]);
    given(observation, nothing)
      .when(voiding, open)
      .then([{ type: 'ValueVoided', data: { voids: 'e1' } }]);
  });
  test('once is enough', () => {
    given(observation, recorded, voided).when(voiding, open).thenAlreadySo();
    given(observation, nothing, voided).when(voiding, open).thenAlreadySo();
  });
  test('not what never was, nor what lies in a closed period', () => {
    given(observation).when(voiding, open).thenRejected('unknown-value');
    given(observation, recorded).when(voiding, closedFor('2022-06')).thenRejected('period-closed');
    given(observation, nothing).when(voiding, closedFor('2022-04-01/2022-06-30')).thenRejected('period-closed');
  });
});
