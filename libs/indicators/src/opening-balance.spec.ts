import { Rejection, type Occurrence } from '#event-sourcing';
import { AddResult } from '#framework';
import { CreateProject } from '#projects';
import { HoldTraining, RecordHeadcount } from '#trainings';
import { command, given, rows } from '../../event-sourcing/src/given-when-then.js';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { factRegister } from './facts.js';
import { DefineIndicator } from './indicator-commands.js';
import { entriesOf, type MeasureData } from './measure.js';
import { openingBalanceRegister } from './opening-balance-register.js';
import {
  CorrectOpeningBalance,
  openingBalance,
  RecordOpeningBalance,
  VoidOpeningBalance,
  type OpeningBalanceEvent,
} from './opening-balance.js';

type Told = OpeningBalanceEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The annex says otherwise.' } as const;

const facts = { value: '35', occurredOn: '2021-12-31', source: 'Second interim report, page 9' };
const recorded: Told = { id: 'e1', type: 'OpeningBalanceRecorded', data: facts };
const voided: Told = { id: 'e2', type: 'OpeningBalanceVoided', data: { voids: 'e1' } };

const of = (measure: object, status = 'defined') => ({
  checkDate: () => undefined,
  indicator: { status, measure },
});
const open = of({ kind: 'sum' });
const closedFor = (date: Occurrence) => ({
  ...open,
  checkDate: (occurredOn?: Occurrence) => {
    if (occurredOn === date) throw new Rejection('period-closed', 'Closed.');
  },
});

describe('record an opening balance', () => {
  const record = (fields: Partial<RecordOpeningBalance> = {}) =>
    command(RecordOpeningBalance, { id, ...facts, ...fields });

  test('records it, its note apart', () =>
    given(openingBalance)
      .when(record({ note: 'Without the second quarter.' }), open)
      .then([{ type: 'OpeningBalanceRecorded', data: facts, texts: { note: 'Without the second quarter.' } }]));
  test('said again it is already so', () => given(openingBalance, recorded).when(record(), open).thenAlreadySo());
  test('an indicator has one at most', () =>
    given(openingBalance, recorded)
      .when(record({ value: '36' }), open)
      .thenRejected('opening-balance-exists'));
  test('another one after it was voided', () =>
    given(openingBalance, recorded, voided)
      .when(record({ value: '36' }), open)
      .thenLike([{ type: 'OpeningBalanceRecorded', data: { value: '36' } }]));
  test('its indicator is there', () => {
    given(openingBalance)
      .when(record(), { ...open, indicator: undefined })
      .thenRejected('unknown-indicator');
    given(openingBalance)
      .when(record(), of({ kind: 'sum' }, 'voided'))
      .thenRejected('unknown-indicator');
  });
  test.each(['distinct', 'in-state'])('not where things are told apart: %s', (kind) =>
    given(openingBalance).when(record(), of({ kind })).thenRejected('takes-no-opening-balance'),
  );
  test.each([
    ['-1', { kind: 'count' }],
    ['1.5', { kind: 'sum' }],
    ['1.5', { kind: 'sum', sums: 'households' }],
  ])('%s is no count: %o', (value, measure) =>
    given(openingBalance).when(record({ value }), of(measure)).thenRejected('not-a-count'),
  );
  test.each([{ kind: 'reported' }, { kind: 'sum', sums: 'quantity' }])('what is no count takes parts: %o', (measure) =>
    given(openingBalance)
      .when(record({ value: '1.5' }), of(measure))
      .thenLike([{ data: { value: '1.5' } }]),
  );
  test('its day is checked', () =>
    given(openingBalance).when(record(), closedFor('2021-12-31')).thenRejected('period-closed'));
});

describe('correct an opening balance', () => {
  const correct = command(CorrectOpeningBalance, { id, ...facts, occurredOn: '2021-11-30', reason });

  test('restates the whole and names what it replaces', () =>
    given(openingBalance, recorded)
      .when(correct, open)
      .thenLike([{ type: 'OpeningBalanceCorrected', data: { ...facts, occurredOn: '2021-11-30', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(openingBalance, recorded)
      .when(command(CorrectOpeningBalance, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('the rules hold for it too', () =>
    given(openingBalance, recorded)
      .when(correct, of({ kind: 'distinct' }))
      .thenRejected('takes-no-opening-balance'));
  test.each(['2021-12-31', '2021-11-30'])('not where %s is in a closed period', (day) =>
    given(openingBalance, recorded).when(correct, closedFor(day)).thenRejected('period-closed'),
  );
  test('only one that stands', () => {
    given(openingBalance).when(correct, open).thenRejected('unknown-opening-balance');
    given(openingBalance, recorded, voided).when(correct, open).thenRejected('unknown-opening-balance');
  });
});

describe('void an opening balance', () => {
  const void_ = command(VoidOpeningBalance, { id, reason });

  test('names the event it voids', () =>
    given(openingBalance, recorded)
      .when(void_, open)
      .then([{ type: 'OpeningBalanceVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(openingBalance, recorded, voided).when(void_, open).thenAlreadySo());
  test('where there is none it is refused', () =>
    given(openingBalance).when(void_, open).thenRejected('unknown-opening-balance'));
  test('its day is checked', () =>
    given(openingBalance, recorded).when(void_, closedFor('2021-12-31')).thenRejected('period-closed'));
});

describe('the register', () => {
  test('has what stands', async () => {
    expect(await rows(openingBalanceRegister, recorded)).toEqual([{ ...facts, status: 'recorded' }]);
    const corrected = { type: 'OpeningBalanceCorrected', data: { ...facts, value: '30', replaces: 'e1' } };
    expect(await rows(openingBalanceRegister, recorded, corrected)).toEqual([
      { ...facts, value: '30', status: 'recorded' },
    ]);
  });
  test('a voided one stays, as voided, until another is recorded', async () => {
    expect(await rows(openingBalanceRegister, recorded, voided)).toMatchObject([{ status: 'voided' }]);
    expect(await rows(openingBalanceRegister, recorded, voided, recorded)).toMatchObject([{ status: 'recorded' }]);
  });
  test('it holds on its day', () =>
    expect(openingBalanceRegister.validity?.({ ...facts, status: 'recorded' })).toEqual({
      from: '2021-12-31',
      to: '2021-12-31',
    }));
});

test('it is one entry of its indicator, on its day; of people all parts are unknown', async () => {
  const world = new World();
  const [result, indicator, training] = [idOf(11), idOf(12), idOf(13)];
  await world.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
  await world.tell(AddResult, { id: result, title: 'R', order: 1 });
  const measure: MeasureData = { kind: 'sum', of: 'training' };
  await world.tell(DefineIndicator, {
    ...{ id: indicator, result, name: 'I', unit: 'people', order: 1, direction: 'ascending' },
    ...{ accumulation: 'running-total', measure },
  });
  await world.tell(RecordOpeningBalance, { id: indicator, ...facts });
  await world.tell(HoldTraining, { id: training, kind: 'training', title: 'T', occurredOn: '2022-02' });
  await world.tell(RecordHeadcount, { id: training, total: 5, method: 'list' });

  const posted = async (by: MeasureData, of: string) => {
    await world.catchUp();
    const fact = (await world.reads.row(factRegister, `opening-balance:${indicator}`))!.document;
    return entriesOf(fact, by, of).map(({ breakdown, dimensions, value, occurredFrom, occurredTo }) => [
      ...[breakdown, ...Object.values(dimensions)],
      ...[value, occurredFrom, occurredTo],
    ]);
  };
  const day = ['2021-12-31', '2021-12-31'];
  expect(await posted(measure, indicator)).toEqual([
    ['', '35', ...day],
    ['sex', 'female', '0', ...day],
    ['sex', 'male', '0', ...day],
    ['sex', 'unknown', '35', ...day],
    ['organisation', 'unknown', '35', ...day],
  ]);
  expect(await posted({ kind: 'count', of: 'training', filter: { kinds: ['workshop'] } }, indicator)).toEqual([
    ['', '35', ...day],
  ]);
  expect(await posted(measure, idOf(99))).toEqual([]);
  // Redefined to what tells things apart, it says too little.
  expect(await posted({ kind: 'distinct', of: 'meeting' }, indicator)).toEqual([]);
  await world.tell(VoidOpeningBalance, { id: indicator, reason });
  expect(await posted(measure, indicator)).toEqual([]);
});
