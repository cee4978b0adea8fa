import { rows } from '../../event-sourcing/src/given-when-then.js';
import { placeRegister } from './place-register.js';

const facts = { name: 'Tripoli', kind: 'city', country: 'LY' };
const registered = { type: 'PlaceRegistered', data: facts };
const merged = { type: 'PlaceMerged', data: { into: 'p2' } };

test('has every place', async () =>
  expect(await rows(placeRegister, registered)).toEqual([{ ...facts, status: 'registered' }]));

test('a correction restates the whole: what it leaves out is not stated any more', async () => {
  const corrected = { type: 'PlaceCorrected', data: { name: 'Tripoli', kind: 'city', replaces: 'e1' } };
  expect(await rows(placeRegister, registered, corrected)).toEqual([
    { name: 'Tripoli', kind: 'city', status: 'registered' },
  ]);
});

test('a voided one stays, as voided', async () =>
  expect(await rows(placeRegister, registered, { type: 'PlaceVoided', data: { voids: 'e1' } })).toMatchObject([
    { status: 'voided' },
  ]));

test('a merged one says into which, until it is separated', async () => {
  expect(await rows(placeRegister, registered, merged)).toEqual([{ ...facts, status: 'merged', mergedInto: 'p2' }]);
  const separated = { type: 'PlaceSeparated', data: { undoes: 'e2' } };
  expect(await rows(placeRegister, registered, merged, separated)).toEqual([{ ...facts, status: 'registered' }]);
});
