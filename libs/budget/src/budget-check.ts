import type { HeadingRow } from './budget-register.js';
import type { BudgetTermsRow } from './budget-terms.js';

/** What does not fit in a budget: both numbers and their difference, in minor units. Nothing is mended. */
export type Finding =
  | {
      code: 'lines-differ-from-total';
      /** What the headings add up to. */
      lines: number;
      /** What the document prints. */
      stated: number;
      /** lines - stated. */
      difference: number;
      source: string;
    }
  | {
      code: 'ceiling-exceeded';
      indirect: number;
      direct: number;
      rate: string;
      /** The most that indirect costs may be: rate x direct, a fraction of a minor unit dropped. */
      ceiling: number;
      /** indirect - ceiling. */
      difference: number;
      source: string;
      assumption: boolean;
    };

/**
 * Compares the headings, at their amounts in force, with what the terms state. Voided headings do not count; without
 * headings, or without terms, there is nothing to compare.
 */
export function checkBudget(
  headings: readonly Pick<HeadingRow, 'kind' | 'amount' | 'status'>[],
  terms: BudgetTermsRow | undefined,
): Finding[] {
  const counted = headings.filter(({ status }) => status !== 'voided');
  if (counted.length === 0) return [];
  const sum = (kind: HeadingRow['kind']) =>
    counted.reduce((total, heading) => (heading.kind === kind ? total + heading.amount : total), 0);
  const [direct, indirect] = [sum('direct'), sum('indirect')];
  const lines = direct + indirect;

  const findings: Finding[] = [];
  const { total, ceiling } = terms ?? {};
  if (total && lines !== total.amount) {
    const { amount: stated, source } = total;
    findings.push({ code: 'lines-differ-from-total', lines, stated, difference: lines - stated, source });
  }
  if (ceiling) {
    const most = shareOf(direct, ceiling.rate);
    if (indirect > most) {
      const numbers = { indirect, direct, ceiling: most, difference: indirect - most };
      findings.push({ code: 'ceiling-exceeded', ...numbers, ...ceiling });
    }
  }
  return findings;
}

/** In integers: 0.07 * 238317800 is no whole number in binary floats, and its product may pass 2^53. */
function shareOf(amount: number, rate: string): number {
  const [whole, decimals = ''] = rate.split('.');
  return Number((BigInt(amount) * BigInt(`${whole}${decimals}`)) / 10n ** BigInt(decimals.length));
}
