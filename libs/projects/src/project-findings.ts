import { addDays, isOutside, possibleDays, type LocalDate, type Occurrence } from '#event-sourcing';
import type { FundingData } from './funding.js';
import type { PartnerData } from './partner.js';
import type { DescriptionData, PhaseData } from './project-events.js';

/** What does not fit in what is recorded of a project: said with both sides of it, never mended. */
export type Finding =
  | {
      code: 'duration-differs-from-dates';
      /** Months. */
      stated: number;
      /** What the dates come to, as they may be read: whole months begun and ended. */
      least: number;
      most: number;
    }
  | { code: 'phase-outside-project'; phase: string }
  /** Shares of those who fund and co-fund; `sum` in per cent. */
  | { code: 'shares-differ-from-100'; sum: string }
  | {
      code: 'amount-differs-from-share';
      funding: string;
      stated: string;
      /** The amount in per cent of all amounts, rounded as the share that is stated. */
      ofAmounts: string;
    }
  /** Partners are listed in a role of which it is stated that there are none, say. */
  | { code: 'answer-beside-partners'; role: PartnerData['role']; answer: NonNullable<PartnerData['answer']> };

export interface Checked {
  start?: Occurrence;
  end?: Occurrence;
  description?: DescriptionData;
  phases?: readonly PhaseData[];
  funding?: readonly (Omit<FundingData, 'note'> & { id: string })[];
  partners?: readonly (Omit<PartnerData, 'note'> & { id: string })[];
}

/** Everything of a project that disagrees with itself. */
export function findingsOf({ start, end, description, phases = [], funding = [], partners = [] }: Checked): Finding[] {
  return [
    ...checkDuration(description?.statedMonths, start, end),
    ...phases.flatMap(({ phase, from, to }): Finding[] =>
      [from, to].some((date) => isOutside(date, start, end)) ? [{ code: 'phase-outside-project', phase }] : [],
    ),
    ...checkFunding(funding),
    ...checkPartners(partners),
  ];
}

// ── Durations ──

function checkDuration(stated: number | undefined, start: Occurrence | undefined, end: Occurrence | undefined) {
  const from = possibleDays(start);
  const to = possibleDays(end);
  if (stated === undefined || !from?.first || !from.last || !to?.first || !to.last) return [];
  const least = Math.floor(monthsBetween(from.last, to.first));
  const most = Math.ceil(monthsBetween(from.first, to.last));
  return stated >= least && stated <= most
    ? []
    : [{ code: 'duration-differs-from-dates', stated, least: Math.max(0, least), most } as const];
}

/** From the first day to the last, both included; a month that is begun counts as half of one. */
function monthsBetween(first: LocalDate, last: LocalDate): number {
  const end = addDays(last, 1);
  const [year, month, day] = first.split('-').map(Number) as [number, number, number];
  const [endYear, endMonth, endDay] = end.split('-').map(Number) as [number, number, number];
  const months = 12 * (endYear - year) + endMonth - month;
  if (endDay === day) return months;
  return endDay > day ? months + 0.5 : months - 0.5;
}

// ── Amounts and shares ──

type Funder = NonNullable<Checked['funding']>[number];

/** Shares are compared by integers of this many decimals: what a share may have. */
const DECIMALS = 6;

/** Of those who fund and co-fund: who represents a donor, or passes on, has no part of its own. */
function checkFunding(all: readonly Funder[]): Finding[] {
  const funders = all.filter(({ role }) => role === 'funds' || role === 'co-funds');
  const shares = funders.flatMap(({ share }) => (share === undefined ? [] : [scaled(share)]));
  const sum = shares.reduce((total, share) => total + share, 0n);
  const whole = scaled('100');
  const isWhole = shares.length === funders.length ? sum === whole : sum <= whole;
  const findings: Finding[] =
    isWhole || shares.length === 0 ? [] : [{ code: 'shares-differ-from-100', sum: text(sum) }];
  return [...findings, ...funders.flatMap((one) => checkShare(one, funders))];
}

/** Where all amounts are known, in one currency: else nobody can tell what share an amount is. */
function checkShare({ id, amount, currency, share }: Funder, funders: readonly Funder[]): Finding[] {
  if (share === undefined || amount === undefined) return [];
  if (funders.some((other) => other.amount === undefined || other.currency !== currency)) return [];
  const total = funders.reduce((all, other) => all + BigInt(other.amount ?? 0), 0n);
  if (total === 0n) return [];
  const decimals = share.split('.')[1]?.length ?? 0;
  const ofAmounts = rounded(BigInt(amount) * scaled('100'), total, decimals);
  return ofAmounts === scaled(share)
    ? []
    : [{ code: 'amount-differs-from-share', funding: id, stated: share, ofAmounts: text(ofAmounts) }];
}

function scaled(share: string): bigint {
  const [whole = '0', decimals = ''] = share.split('.');
  return BigInt(whole + decimals.padEnd(DECIMALS, '0'));
}

/** The quotient, scaled, half up at so many decimals. */
function rounded(dividend: bigint, divisor: bigint, decimals: number): bigint {
  const unit = 10n ** BigInt(DECIMALS - decimals);
  return ((2n * dividend + divisor * unit) / (2n * divisor * unit)) * unit;
}

function text(share: bigint): string {
  const digits = String(share).padStart(DECIMALS + 1, '0');
  const decimals = digits.slice(-DECIMALS).replace(/0+$/, '');
  return decimals === '' ? digits.slice(0, -DECIMALS) : `${digits.slice(0, -DECIMALS)}.${decimals}`;
}

// ── Partners ──

function checkPartners(partners: NonNullable<Checked['partners']>): Finding[] {
  const listed = new Set(partners.flatMap(({ organisation, role }) => (organisation === undefined ? [] : [role])));
  return partners.flatMap(({ role, answer }): Finding[] =>
    answer !== undefined && listed.has(role) ? [{ code: 'answer-beside-partners', role, answer }] : [],
  );
}
