import { register } from '#event-sourcing';
import { listedIn, refsOf, withPart } from '#event-sourcing/src/listed-parts.js';
import type { InstalmentData, InstalmentEvent } from './instalment.js';
import type { AwardData, GrantClosureData, GrantResultData, SmallGrantEvent } from './small-grant.js';

/** An instalment in the grant's row; `id` is its own. */
export type InstalmentOf = Omit<InstalmentData, 'grant'> & { id: string };

export interface GrantRow extends AwardData {
  status: 'awarded' | 'closed' | 'voided';
  /** Those that stand, in the order in which they were recorded. */
  instalments: InstalmentOf[];
  /** What is paid in the award's currency, in minor units. Missing = no instalment is recorded in it. */
  paid?: number;
  /** amount - paid, in minor units; negative where more was paid than awarded. */
  remaining?: number;
  /** More was paid than awarded: flagged, neither refused nor mended. */
  isOverpaid?: true;
  /** How many instalments are in another currency, and so in none of the sums. */
  otherCurrencies?: number;
  result?: GrantResultData & { eventId: string };
  closure?: GrantClosureData & { eventId: string };
}

/** Small grants: to whom, for what, what was paid, what came of it. */
export const smallGrantRegister = register<GrantRow, SmallGrantEvent | InstalmentEvent>()({
  name: 'small-grant-register',
  version: 1,
  keys: (event, lookup) => {
    if (!event.type.startsWith('GrantInstalment')) return [event.thing];
    return listedIn(event, (event.data as Partial<InstalmentData>).grant, lookup);
  },
  refs: ({ instalments }) => refsOf(instalments),
  evolve: {
    GrantAwarded: (_, { data }) => ({ ...data, status: 'awarded', instalments: [] }),
    GrantAwardCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, instalments, result, closure } = row as GrantRow;
      return summed({ ...data, status, instalments, result, closure });
    },
    GrantAwardVoided: (row) => ({ ...(row as GrantRow), status: 'voided' }),
    GrantResultReported: (row, { id, data }) => ({ ...(row as GrantRow), result: { ...data, eventId: id } }),
    GrantResultCorrected: (row, { id, data: { replaces: _, ...data } }) => ({
      ...(row as GrantRow),
      result: { ...data, eventId: id },
    }),
    GrantResultVoided: (row) => ({ ...(row as GrantRow), result: undefined }),
    GrantClosed: (row, { id, data }) => ({
      ...(row as GrantRow),
      status: 'closed',
      closure: { ...data, eventId: id },
    }),
    GrantClosureCorrected: (row, { id, data: { replaces: _, ...data } }) => ({
      ...(row as GrantRow),
      closure: { ...data, eventId: id },
    }),
    GrantClosureVoided: (row) => ({ ...(row as GrantRow), status: 'awarded', closure: undefined }),
    GrantInstalmentPaid: (row, { thing, data: { grant: _, ...data } }) => row && withInstalment(row, thing, data),
    GrantInstalmentCorrected: (row, { thing, data: { replaces: _, grant, ...data } }, key) =>
      row && withInstalment(row, thing, key === grant ? data : undefined),
    GrantInstalmentVoided: (row, { thing }) => row && withInstalment(row, thing, undefined),
  },
  // What is not closed goes on.
  validity: ({ occurredOn, closure }) => ({
    from: occurredOn ?? null,
    ...(closure && { to: closure.occurredOn ?? null }),
  }),
});

export interface InstalmentRow extends InstalmentData {
  status: 'paid' | 'voided';
}

/** What was paid of small grants, each in its own currency and minor units. */
export const instalmentRegister = register<InstalmentRow, InstalmentEvent>()({
  name: 'instalment-register',
  version: 1,
  evolve: {
    GrantInstalmentPaid: (_, { data }) => ({ ...data, status: 'paid' }),
    GrantInstalmentCorrected: (_, { data: { replaces: __, ...data } }) => ({ ...data, status: 'paid' }),
    GrantInstalmentVoided: (row) => ({ ...(row as InstalmentRow), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});

function withInstalment(row: GrantRow, id: string, now: Omit<InstalmentOf, 'id'> | undefined): GrantRow {
  return summed({ ...row, instalments: withPart<InstalmentOf>(row.instalments, id, now) });
}

function summed(row: GrantRow): GrantRow {
  const { amount, currency, instalments } = row;
  const same = instalments.filter((one) => one.currency === currency);
  const others = instalments.length - same.length;
  const paid = same.length > 0 ? same.reduce((sum, one) => sum + one.amount, 0) : undefined;
  return {
    ...row,
    paid,
    remaining: paid === undefined ? undefined : amount - paid,
    isOverpaid: (paid !== undefined && paid > amount) || undefined,
    otherCurrencies: others > 0 ? others : undefined,
  };
}
