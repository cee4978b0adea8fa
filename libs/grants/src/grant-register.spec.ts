import { rows } from '../../event-sourcing/src/given-when-then.js';
import { instalmentRegister, smallGrantRegister, type GrantRow } from './grant-register.js';

type Told = { type: string; thing?: string; data: object };

const facts = { title: 'Radio campaign', amount: 500000, currency: 'EUR', occurredOn: '2022-01-10' };
const awarded: Told = { type: 'GrantAwarded', thing: 'g', data: facts };
const paid = (thing: string, amount: number, currency = 'EUR'): Told => ({
  type: 'GrantInstalmentPaid',
  thing,
  data: { grant: 'g', amount, currency },
});
const row = async (...events: Told[]) => (await rows(smallGrantRegister, awarded, ...events))[0] as GrantRow;

test('a grant of which no instalment is recorded: what is paid is not stated, not 0', async () =>
  expect(await row()).toEqual({ ...facts, status: 'awarded', instalments: [] }));

test('what was paid, and what remains', async () => {
  const found = await row(paid('p1', 300000), paid('p2', 150000));
  expect(found).toMatchObject({ paid: 450000, remaining: 50000, instalments: [{ id: 'p1' }, { id: 'p2' }] });
  expect(found).not.toHaveProperty('isOverpaid');
});

test('more than was awarded is flagged; another currency is in no sum', async () => {
  expect(await row(paid('p1', 300000), paid('p2', 200001))).toMatchObject({ remaining: -1, isOverpaid: true });
  expect(await row(paid('p1', 300000), paid('p2', 9, 'LYD'))).toMatchObject({ paid: 300000, otherCurrencies: 1 });
  expect(await row(paid('p2', 9, 'LYD'))).not.toHaveProperty('paid');
});

test('restated and voided instalments count as they stand, also those that were of another grant', async () => {
  const restated = (grant: string): Told => ({
    type: 'GrantInstalmentCorrected',
    thing: 'p1',
    data: { grant, amount: 1, currency: 'EUR', replaces: 'e2' },
  });
  expect(await row(paid('p1', 300000), restated('g'))).toMatchObject({ paid: 1 });
  expect(await row(paid('p1', 300000), restated('other'))).toMatchObject({ instalments: [] });
  const voided = { type: 'GrantInstalmentVoided', thing: 'p1', data: { voids: 'e2' } };
  expect(await row(paid('p1', 300000), voided)).not.toHaveProperty('paid');
});

test('a restated award is summed anew', async () => {
  const less = { type: 'GrantAwardCorrected', thing: 'g', data: { ...facts, amount: 200000, replaces: 'e1' } };
  expect(await row(paid('p1', 300000), less)).toMatchObject({ amount: 200000, isOverpaid: true });
});

test('its result and closure, as they stand', async () => {
  const result = { type: 'GrantResultReported', thing: 'g', data: { outcome: 'achieved' } };
  const closed = { type: 'GrantClosed', thing: 'g', data: { occurredOn: '2022-06', returned: 0 } };
  const found = await row(result, closed);
  expect(found).toMatchObject({ status: 'closed', result: { outcome: 'achieved', eventId: 'e2' }, closure: {} });
  expect(smallGrantRegister.validity?.(found)).toEqual({ from: '2022-01-10', to: '2022-06' });
  expect(smallGrantRegister.validity?.(await row())).toEqual({ from: '2022-01-10' });
  const worse = { type: 'GrantResultCorrected', thing: 'g', data: { outcome: 'not-achieved', replaces: 'e2' } };
  const later = { type: 'GrantClosureCorrected', thing: 'g', data: { occurredOn: '2022-07', replaces: 'e3' } };
  expect(await row(result, closed, worse, later)).toMatchObject({
    result: { outcome: 'not-achieved' },
    closure: { occurredOn: '2022-07', eventId: 'e5' },
  });
  const undone = [
    { type: 'GrantResultVoided', thing: 'g', data: { voids: 'e2' } },
    { type: 'GrantClosureVoided', thing: 'g', data: { voids: 'e3' } },
  ];
  expect(await row(result, closed, ...undone)).toEqual({ ...facts, status: 'awarded', instalments: [] });
});

test('a voided grant stays, as voided; instalments have a list of their own', async () => {
  expect(await row({ type: 'GrantAwardVoided', thing: 'g', data: { voids: 'e1' } })).toMatchObject({
    status: 'voided',
  });
  const voided = { type: 'GrantInstalmentVoided', thing: 'p1', data: { voids: 'e1' } };
  expect(await rows(instalmentRegister, paid('p1', 300000), voided)).toMatchObject([
    { amount: 300000, status: 'voided' },
  ]);
});
