import { rows } from '../../event-sourcing/src/given-when-then.js';
import { aggregateRegister } from './aggregate-register.js';

const facts = { of: 'training', title: 'Four sessions', count: 2, occurredOn: '2022-05' } as const;
const recorded = { type: 'AggregateRecorded', data: facts };
const itemised = (isComplete: boolean, ...items: string[]) => ({
  type: 'AggregateItemised',
  data: { items, isComplete },
});
const row = async (...events: { type: string; data: object }[]) =>
  (await rows(aggregateRegister, recorded, ...events))[0];

test('has every aggregate, with its items', async () => {
  expect(await row()).toEqual({ ...facts, status: 'recorded', items: [], isComplete: false });
  expect(await row(itemised(false, 'a'))).toEqual({ ...facts, status: 'recorded', items: ['a'], isComplete: false });
});

test('items that do not come to its number are flagged, never refused: too many, or too few where they are all', async () => {
  expect(await row(itemised(false, 'a', 'b', 'c'))).toMatchObject({ itemsDifference: 1 });
  expect(await row(itemised(true, 'a'))).toMatchObject({ itemsDifference: -1 });
  for (const one of [itemised(false, 'a'), itemised(true, 'a', 'b')])
    expect(await row(one)).not.toHaveProperty('itemsDifference');
  const corrected = { type: 'AggregateCorrected', data: { ...facts, count: 3, replaces: 'e1' } };
  expect(await row(itemised(true, 'a', 'b', 'c'), corrected)).toEqual({
    ...{ ...facts, count: 3, status: 'recorded' },
    ...{ items: ['a', 'b', 'c'], isComplete: true },
  });
});

test('a voided one stays, as voided', async () =>
  expect(await row(itemised(true, 'a'), { type: 'AggregateVoided', data: { voids: 'e1' } })).toMatchObject({
    status: 'voided',
    items: ['a'],
  }));

test('it holds on its dates, and a date that is not stated is null', () => {
  const told = { ...facts, status: 'recorded', items: [], isComplete: false } as const;
  const validity = aggregateRegister.validity?.bind(aggregateRegister);
  expect(validity?.({ ...told, items: [] })).toEqual({ from: '2022-05', to: '2022-05' });
  expect(validity?.({ ...told, items: [], occurredOn: undefined })).toEqual({ from: null, to: null });
});
