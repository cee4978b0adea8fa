import type { Row } from '#event-sourcing';
import { rows } from '../../event-sourcing/src/given-when-then.js';
import type { PackageRow } from './package-register.js';
import { serviceCosts } from './service-costs.js';
import { serviceRegister, type ServiceRow } from './service-register.js';

const facts = {
  kind: 'return',
  title: 'Voluntary returns',
  occurredOn: '2022-05',
  people: 50,
  households: 20,
} as const;
const recorded = { type: 'ServiceRecorded', data: facts };

describe('service-register', () => {
  test('has every service', async () =>
    expect(await rows(serviceRegister, recorded)).toEqual([{ ...facts, status: 'recorded' }]));
  test('a correction restates the whole; more households than people are flagged, never refused', async () => {
    const { occurredOn: _, ...rest } = facts;
    const corrected = { type: 'ServiceCorrected', data: { ...rest, households: 51, replaces: 'e1' } };
    const told = { ...rest, households: 51, status: 'recorded', householdsExceedPeople: true };
    expect(await rows(serviceRegister, recorded, corrected)).toEqual([told]);
    const mended = { type: 'ServiceCorrected', data: { ...facts, replaces: 'e2' } };
    expect(await rows(serviceRegister, recorded, corrected, mended)).toEqual([{ ...facts, status: 'recorded' }]);
  });
  test('a voided one stays, as voided', async () =>
    expect(await rows(serviceRegister, recorded, { type: 'ServiceVoided', data: { voids: 'e1' } })).toMatchObject([
      { status: 'voided' },
    ]));
  test('it holds on its date, and a date that is not stated is null', () => {
    const row = { ...facts, status: 'recorded' } as const;
    expect(serviceRegister.validity?.(row)).toEqual({ from: '2022-05', to: '2022-05' });
    expect(serviceRegister.validity?.({ ...row, occurredOn: undefined })).toEqual({ from: null, to: null });
  });
});

describe('service costs', () => {
  const row = <D>(key: string, document: D) => ({ key, document }) as Row<D>;
  const kit = (key: string, changed: Partial<PackageRow> = {}) =>
    row<PackageRow>(key, { title: key, unitCost: 4250, currency: 'EUR', status: 'defined', ...changed });
  const given = (key: string, changed: Partial<ServiceRow>) =>
    row<ServiceRow>(key, { kind: 'distribution', title: key, package: 'a', status: 'recorded', ...changed });

  test('are the unit cost times what was given out, rounded once', () => {
    const services = [given('1', { quantity: '0.1' }), given('2', { quantity: '999.9003' })];
    expect(serviceCosts([kit('a')], services).packages).toMatchObject([
      { services: 2, quantity: '1000.0003', cost: 4250001, withoutQuantity: 0 },
    ]);
  });
  test('a quantity that is not stated is not 0', () =>
    expect(serviceCosts([kit('a')], [given('1', {})])).toMatchObject({
      packages: [{ services: 1, quantity: null, cost: null, withoutQuantity: 1 }],
      totals: [],
    }));
  test('what was voided cost nothing; a voided package is shown as long as something was given of it', () => {
    const packages = [kit('a', { status: 'voided' }), kit('b', { status: 'voided' })];
    const services = [given('1', { quantity: '2' }), given('2', { quantity: '3', status: 'voided' })];
    expect(serviceCosts(packages, services).packages).toMatchObject([{ id: 'a', status: 'voided', cost: 8500 }]);
  });
  test('one total per currency', () => {
    const packages = [kit('a'), kit('b', { currency: 'USD' }), kit('c')];
    const services = ['a', 'b', 'c', 'c'].map((of, index) => given(`${index}`, { package: of, quantity: '1' }));
    expect(serviceCosts(packages, services).totals).toEqual([
      { currency: 'EUR', cost: 12750 },
      { currency: 'USD', cost: 4250 },
    ]);
  });
});
