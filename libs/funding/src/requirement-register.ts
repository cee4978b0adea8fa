import { register, type Lookup, type OrderedEvent } from '#event-sourcing';
import type { RequirementData, RequirementEvent } from './requirement.js';

/** A requirement as stated, beside what stands below it. Nothing is mended: differences are shown, in minor units. */
export interface RequirementRow extends RequirementData {
  status: 'added' | 'voided';
  /** What those right below it are stated at, added up; missing = nothing stands below it. */
  parts?: number;
  /** parts - amount; 0 = it adds up. */
  partsDifference?: number;
  /** What the lowest below it are stated at, added up: its lines. */
  lines?: number;
  /** lines - amount. */
  linesDifference?: number;
  /** How many right below it are in another currency, and so in none of the sums. */
  otherCurrencies?: number;
  /** unitCost x units - amount, where both are stated; missing where that is 0. */
  unitsDifference?: number;
}

/** What an appeal requires, by area, section and line; each level checked against what stands below it. */
export const requirementRegister = register<RequirementRow, RequirementEvent>()({
  name: 'requirement-register',
  version: 1,
  keys: async (event, lookup) => {
    const known = await lookup.get<RequirementRow>(event.thing);
    const { parent } = event.data as { parent?: string };
    // From below upwards, so that each is summed over what is summed already; what is above both parents comes after both.
    const keys = [event.thing, ...(await above(known?.parent, lookup)), ...(await above(parent, lookup))];
    return keys.filter((key, index) => keys.lastIndexOf(key) === index);
  },
  evolve: {
    RequirementAdded: (row, event, key, lookup) =>
      summed(key === event.thing ? { ...event.data, status: 'added' } : row, key, lookup),
    RequirementCorrected: (row, event, key, lookup) => summed(corrected(row, event, key), key, lookup),
    RequirementVoided: (row, { thing }, key, lookup) =>
      summed(row && key === thing ? { ...row, status: 'voided' } : row, key, lookup),
  },
  refs: ({ parent }) => (parent === undefined ? [] : [parent]),
});

function corrected(
  row: RequirementRow | undefined,
  { thing, data: { replaces: _, ...data } }: OrderedEvent<RequirementData & { replaces: string }>,
  key: string,
): RequirementRow | undefined {
  return row && key === thing ? { ...data, status: row.status } : row;
}

async function above(key: string | undefined, lookup: Lookup): Promise<string[]> {
  const row = key === undefined ? undefined : await lookup.get<RequirementRow>(key);
  return key === undefined || !row ? [] : [key, ...(await above(row.parent, lookup))];
}

async function summed(
  row: RequirementRow | undefined,
  key: string,
  lookup: Lookup,
): Promise<RequirementRow | undefined> {
  if (!row) return undefined;
  const stated = statedOf(row);
  const keys = await lookup.referring(key);
  const rows = await Promise.all(keys.map((one) => lookup.get<RequirementRow>(one)));
  const below = rows.filter((one): one is RequirementRow => one?.parent === key && one.status !== 'voided');
  if (below.length === 0) return stated;
  const same = below.filter(({ currency }) => currency === row.currency);
  const parts = sum(same.map(({ amount }) => amount));
  const lines = sum(same.map((one) => one.lines ?? one.amount));
  return {
    ...stated,
    ...{ parts, partsDifference: parts - row.amount, lines, linesDifference: lines - row.amount },
    ...(same.length < below.length && { otherCurrencies: below.length - same.length }),
  };
}

/** The row without what is computed from those below it. */
function statedOf(row: RequirementRow): RequirementRow {
  const { parts: _, partsDifference: __, lines: ___, linesDifference: ____, otherCurrencies: _____, ...rest } = row;
  const { unitCost, units, amount } = rest;
  const whole = unitCost === undefined || units === undefined ? amount : Number(BigInt(unitCost) * BigInt(units));
  return { ...rest, unitsDifference: whole === amount ? undefined : whole - amount };
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
