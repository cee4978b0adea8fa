import { rows } from '../../event-sourcing/src/given-when-then.js';
import { itemProgressRegister, itemRegister, itemStateRegister, type ItemRow } from './item-register.js';

type Told = { type: string; thing?: string; data: object };

const facts = { kind: 'equipment', title: 'Computers', quantity: '100', unit: 'piece' };
const registered: Told = { type: 'ItemRegistered', thing: 'i', data: facts };
const state = (thing: string, name: string, more: object = {}): Told => ({
  type: 'ItemStateRecorded',
  thing,
  data: { item: 'i', state: name, ...more },
});
const progress = (thing: string, percent: string, occurredOn?: string): Told => ({
  type: 'ItemProgressRecorded',
  thing,
  data: { item: 'i', percent, occurredOn },
});
const row = async (...events: Told[]) => (await rows(itemRegister, registered, ...events))[0] as ItemRow;

test('an item of which no state is stated has none', async () => {
  expect(await row()).toEqual({ ...facts, status: 'registered', states: [], earlierProgress: [] });
  expect(itemRegister.validity?.(await row())).toEqual({});
});

test('it is in the furthest state that it came to, however it was recorded; the earlier ones stay', async () => {
  const found = await row(state('s2', 'delivered', { occurredOn: '2022-05' }), state('s1', 'procured'));
  expect(found).toMatchObject({ state: 'delivered', states: [{ id: 's1' }, { id: 's2' }] });
  expect(found).not.toHaveProperty('isOutOfOrder');
  expect(itemRegister.validity?.(found)).toEqual({ from: '2022-05' });
});

test('parts of it: how much came to which state, less than all, and more than there is', async () => {
  const forty = state('s1', 'delivered', { quantity: '40' });
  expect(await row(forty)).toMatchObject({ state: 'delivered', isPartly: true, quantities: { delivered: '40' } });
  const all = await row(forty, state('s2', 'delivered', { quantity: '60' }));
  expect(all).toMatchObject({ quantities: { delivered: '100' } });
  expect(all).not.toHaveProperty('isPartly');
  expect(await row(forty, state('s2', 'delivered', { quantity: '60.5' }))).toMatchObject({ exceeds: ['delivered'] });
  expect(await row(forty, state('s2', 'delivered'))).not.toHaveProperty('quantities');
});

test('dates against the order of states are flagged; what is partly delivered and partly procured later is not', async () => {
  const delivered = state('s1', 'delivered', { occurredOn: '2022-05-10' });
  expect(await row(delivered, state('s2', 'procured', { occurredOn: '2022-06' }))).toMatchObject({
    isOutOfOrder: true,
  });
  const bought = [
    state('s2', 'procured', { occurredOn: '2022-04' }),
    state('s3', 'procured', { occurredOn: '2022-06' }),
  ];
  expect(await row(delivered, ...bought)).not.toHaveProperty('isOutOfOrder');
});

test('its progress is the latest by its day, undated ones first; that it fell back is flagged', async () => {
  const found = await row(progress('p1', '40', '2022-03'), progress('p2', '25', '2022-02'), progress('p3', '90'));
  expect(found).toMatchObject({ progress: { id: 'p1', percent: '40' }, earlierProgress: [{ id: 'p3' }, { id: 'p2' }] });
  expect(found).toMatchObject({ hasFallenBack: true });
  const rising = await row(progress('p1', '40', '2022-03'), progress('p2', '25', '2022-02'));
  expect(rising).not.toHaveProperty('hasFallenBack');
});

test('what is handed over with less than all of it done is flagged', async () => {
  const done = [state('s1', 'handed-over'), progress('p1', '95', '2022-03')];
  expect(await row(...done)).toMatchObject({ progressDisagrees: true });
  expect(await row(...done, progress('p2', '100', '2022-04'))).not.toHaveProperty('progressDisagrees');
});

test('restated and voided facts count as they stand, also those that were of another item', async () => {
  const restated: Told = {
    type: 'ItemStateCorrected',
    thing: 's1',
    data: { item: 'i', state: 'installed', replaces: 'e2' },
  };
  expect(await row(state('s1', 'delivered'), restated)).toMatchObject({ state: 'installed', states: [{ id: 's1' }] });
  const moved = { ...restated, data: { item: 'other', state: 'installed', replaces: 'e2' } };
  expect(await row(state('s1', 'delivered'), moved)).toMatchObject({ states: [] });
  const voided = { type: 'ItemStateVoided', thing: 's1', data: { voids: 'e2' } };
  expect(await row(state('s1', 'delivered'), voided)).not.toHaveProperty('state');
  const slower = { type: 'ItemProgressCorrected', thing: 'p1', data: { item: 'i', percent: '30', replaces: 'e2' } };
  expect(await row(progress('p1', '40'), slower)).toMatchObject({ progress: { percent: '30' } });
  const gone = { type: 'ItemProgressVoided', thing: 'p1', data: { voids: 'e2' } };
  expect(await row(progress('p1', '40'), gone)).not.toHaveProperty('progress');
});

test('a correction restates the item and keeps its states; a voided one stays, as voided', async () => {
  const more = { type: 'ItemCorrected', thing: 'i', data: { ...facts, quantity: '30', replaces: 'e1' } };
  const found = await row(state('s1', 'delivered', { quantity: '40' }), more);
  expect(found).toMatchObject({ quantity: '30', state: 'delivered', exceeds: ['delivered'] });
  expect(await row({ type: 'ItemVoided', thing: 'i', data: { voids: 'e1' } })).toMatchObject({ status: 'voided' });
});

test('states and progress have lists of their own', async () => {
  const states = [state('s1', 'delivered'), { type: 'ItemStateVoided', thing: 's1', data: { voids: 'e1' } }];
  expect(await rows(itemStateRegister, ...states)).toMatchObject([{ state: 'delivered', status: 'voided' }]);
  const restated = { type: 'ItemProgressCorrected', thing: 'p1', data: { item: 'i', percent: '30', replaces: 'e1' } };
  expect(await rows(itemProgressRegister, progress('p1', '40', '2022'), restated)).toEqual([
    { item: 'i', percent: '30', status: 'recorded' },
  ]);
});
