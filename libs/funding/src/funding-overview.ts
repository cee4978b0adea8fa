import type { Row } from '#event-sourcing';
import type { ContributionRow } from './contribution-register.js';
import { Rates, type ByRate, type Converted } from './conversion.js';
import type { RateRow } from './rate-register.js';
import type { RequirementRow } from './requirement-register.js';
import { requirementLevels } from './requirement.js';

/** Rows of one project at one cut, and the rates of the ledger; what is voided may be among them. */
export interface FundingRows {
  requirements: readonly Row<RequirementRow>[];
  contributions: readonly Row<ContributionRow>[];
  rates: readonly Row<RateRow>[];
}

type Why = Extract<Converted, { missing: string }>['missing'];

/** A contribution that is in no sum of a currency, and why: its converted amount is not stated. */
export interface NotConverted {
  contribution: string;
  amount: number;
  currency: string;
  why: Why;
}

/**
 * Money given, in minor units of one currency. What was pledged and committed is what of it is still open: what made it
 * good stands where that stands. So the three never overlap.
 */
export interface Funding {
  pledged: number;
  committed: number;
  received: number;
  /** committed + received: a pledge is no funding yet. */
  funded: number;
  notConverted: NotConverted[];
}

export interface RequirementLine extends RequirementRow, Funding {
  id: string;
  event: string;
  /** amount - funded, less than 0 where more is given; null = not stated, as not all that is given could be converted. */
  gap: number | null;
}

export interface ContributionLine extends ContributionRow {
  id: string;
  event: string;
  /** What of it is not made good by another one; null = not stated. Of what was received, all of it. */
  open: number | null;
  /** How much more was given to make it good than it is: a flag. */
  exceededBy?: number;
  /** In the currency of its requirement, else of the project, where that is another: by which rate, or why not. */
  converted?: { currency: string; amount: number | null; by?: ByRate; why?: Why };
}

export interface FundingOverview {
  /** In tree order: each is followed by those below it. */
  requirements: RequirementLine[];
  /** What the topmost requirements are stated at, by currency, with what they are funded. */
  totals: ({ currency: string; amount: number; gap: number | null } & Funding)[];
  contributions: ContributionLine[];
  /** All contributions, in the project's currency. */
  given: { currency: string } & Funding;
  /** Those earmarked to no requirement, or to a voided one. */
  notEarmarked: { currency: string } & Funding;
}

/** The funding of an appeal: what is required, given and missing, at every level, with the rates that it rests on. */
export function fundingOverview(
  { requirements, contributions, rates }: FundingRows,
  currency: string,
): FundingOverview {
  const tree = inTreeOrder(requirements.filter(({ document }) => document.status !== 'voided'));
  const byKey = new Map(tree.map((row) => [row.key, row]));
  const at = new Rates(rates);
  const gifts = settled(contributions, at);
  const earmarked = new Map<string, Gift[]>();
  const others: Gift[] = [];
  for (const gift of gifts) {
    const places = upwards(gift.row.document.requirement, byKey);
    for (const key of places) put(earmarked, key, gift);
    if (places.length === 0) others.push(gift);
  }
  const lines = tree.map(({ key, eventId, document }): RequirementLine => {
    const funding = fundingOf(earmarked.get(key) ?? [], document.currency, at);
    return { id: key, event: eventId, ...document, ...funding, gap: gapOf(document.amount, funding) };
  });
  return {
    requirements: lines,
    totals: totalsOf(lines.filter(({ parent }) => parent === undefined || !byKey.has(parent))),
    contributions: gifts.map((gift) => contributionLine(gift, byKey, currency, at)),
    given: { currency, ...fundingOf(gifts, currency, at) },
    notEarmarked: { currency, ...fundingOf(others, currency, at) },
  };
}

// ── What is given ──

interface Gift {
  row: Row<ContributionRow>;
  /** In its own currency. */
  open: number | { missing: Why };
  exceededBy?: number;
}

/** Each contribution less what made it good. */
function settled(all: FundingRows['contributions'], rates: Rates): Gift[] {
  const live = all.filter(({ document }) => document.status !== 'voided');
  const fulfilments = new Map<string, ContributionRow[]>();
  for (const { document } of live) {
    const { fulfils } = document;
    if (fulfils !== undefined) put(fulfilments, fulfils, document);
  }
  return live.map((row) => {
    const { amount, currency, stage } = row.document;
    if (stage === 'received') return { row, open: amount };
    let open = amount;
    for (const one of fulfilments.get(row.key) ?? []) {
      const converted = rates.inCurrency(one, currency);
      if ('missing' in converted) return { row, open: converted };
      open -= converted.amount;
    }
    return open < 0 ? { row, open: 0, exceededBy: -open } : { row, open };
  });
}

function fundingOf(gifts: readonly Gift[], currency: string, rates: Rates): Funding {
  const sums = { pledged: 0, committed: 0, received: 0 };
  const notConverted: NotConverted[] = [];
  for (const { row, open } of gifts) {
    const { amount, currency: own, occurredOn, stage } = row.document;
    const converted =
      typeof open === 'number' ? rates.inCurrency({ amount: open, currency: own, occurredOn }, currency) : open;
    if ('missing' in converted)
      notConverted.push({ contribution: row.key, amount, currency: own, why: converted.missing });
    else sums[stage] += converted.amount;
  }
  return { ...sums, funded: sums.committed + sums.received, notConverted };
}

const gapOf = (amount: number, { funded, notConverted }: Funding) => (notConverted.length > 0 ? null : amount - funded);

function contributionLine(
  { row, open, exceededBy }: Gift,
  requirements: ReadonlyMap<string, Row<RequirementRow>>,
  currency: string,
  rates: Rates,
): ContributionLine {
  const { key: id, eventId: event, document } = row;
  const to = requirements.get(document.requirement ?? '')?.document.currency ?? currency;
  const line = { id, event, ...document, open: typeof open === 'number' ? open : null, exceededBy };
  if (to === document.currency) return line;
  const converted = rates.inCurrency(document, to);
  const told = 'missing' in converted ? { amount: null, why: converted.missing } : converted;
  return { ...line, converted: { currency: to, ...told } };
}

// ── What is required ──

function inTreeOrder(rows: readonly Row<RequirementRow>[]): Row<RequirementRow>[] {
  const keys = new Set(rows.map(({ key }) => key));
  const below = new Map<string, Row<RequirementRow>[]>();
  for (const row of rows) {
    const { parent = '' } = row.document;
    put(below, keys.has(parent) ? parent : '', row);
  }
  const under = (key: string): Row<RequirementRow>[] =>
    (below.get(key) ?? []).sort(inOrder).flatMap((row) => [row, ...under(row.key)]);
  return under('');
}

const levelOf = ({ document }: Row<RequirementRow>) => requirementLevels.indexOf(document.level);
const inOrder = (a: Row<RequirementRow>, b: Row<RequirementRow>) =>
  levelOf(a) - levelOf(b) || a.document.order - b.document.order || (a.key < b.key ? -1 : 1);

/** A requirement and all that it is part of; none where it is not there. */
function upwards(key: string | undefined, rows: ReadonlyMap<string, Row<RequirementRow>>): string[] {
  const row = key === undefined ? undefined : rows.get(key);
  return row ? [row.key, ...upwards(row.document.parent, rows)] : [];
}

function totalsOf(topmost: readonly RequirementLine[]): FundingOverview['totals'] {
  const currencies = [...new Set(topmost.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const own = topmost.filter((line) => line.currency === currency);
    const sum = (of: 'amount' | 'pledged' | 'committed' | 'received' | 'funded') =>
      own.reduce((total, line) => total + line[of], 0);
    const notConverted = own.flatMap((line) => line.notConverted);
    const funding = {
      ...{ pledged: sum('pledged'), committed: sum('committed'), received: sum('received') },
      ...{ funded: sum('funded'), notConverted },
    };
    return { currency, amount: sum('amount'), ...funding, gap: gapOf(sum('amount'), funding) };
  });
}

function put<Value>(into: Map<string, Value[]>, key: string, value: Value): void {
  const known = into.get(key);
  if (known) known.push(value);
  else into.set(key, [value]);
}
