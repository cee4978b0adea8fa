import { Big } from 'big.js';
import type { Row } from '#event-sourcing';
import type { PackageRow } from './package-register.js';
import type { ServiceRow } from './service-register.js';

/** What was given out of one package, and what that cost. */
export interface PackageCost {
  id: string;
  title: string;
  status: PackageRow['status'];
  /** Of one, in minor units. */
  unitCost: number;
  currency: string;
  services: number;
  /** The quantities that are stated, added up. null = none is. */
  quantity: string | null;
  /** unitCost x quantity in minor units, rounded half up. null = no quantity is stated. */
  cost: number | null;
  /** Services whose quantity is not stated: they are in neither. */
  withoutQuantity: number;
}

export interface ServiceCosts {
  packages: PackageCost[];
  /** One per currency: nothing is converted here. */
  totals: { currency: string; cost: number }[];
}

/** What the services cost that gave out packages. Voided services cost nothing; those of a voided package are shown. */
export function serviceCosts(packages: readonly Row<PackageRow>[], services: readonly Row<ServiceRow>[]): ServiceCosts {
  const given = new Map<string, ServiceRow[]>();
  for (const { document } of services) {
    if (document.package === undefined || document.status === 'voided') continue;
    given.set(document.package, [...(given.get(document.package) ?? []), document]);
  }
  const costs = packages
    .filter(({ key, document }) => document.status !== 'voided' || given.has(key))
    .map((row) => costOf(row, given.get(row.key) ?? []));
  const totals = new Map<string, number>();
  for (const { currency, cost } of costs) if (cost !== null) totals.set(currency, (totals.get(currency) ?? 0) + cost);
  return { packages: costs, totals: inOrder(totals) };
}

const inOrder = (totals: ReadonlyMap<string, number>) =>
  [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, cost]) => ({ currency, cost }));

function costOf({ key, document }: Row<PackageRow>, services: readonly ServiceRow[]): PackageCost {
  const { title, status, unitCost, currency } = document;
  const quantities = services.flatMap(({ quantity }) => quantity ?? []);
  const quantity = quantities.reduce((sum, one) => sum.plus(one), new Big(0));
  const isStated = quantities.length > 0;
  return {
    ...{ id: key, title, status, unitCost, currency, services: services.length },
    quantity: isStated ? quantity.toFixed() : null,
    cost: isStated ? Number(quantity.times(unitCost).round(0, Big.roundHalfUp).toFixed()) : null,
    withoutQuantity: services.length - quantities.length,
  };
}
