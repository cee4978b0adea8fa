import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { IsCount, Optional, rejecting } from '#event-sourcing';

/** By sex; the parts add up to the total, `unknown` closes the gap. */
export class CohortBySex {
  @IsCount() female!: number;
  @IsCount() male!: number;
  @IsCount() unknown!: number;
}

/** How many people: one total, and by sex where that is known. */
export class CohortCount {
  @IsCount() total!: number;
  @Optional() @ValidateNested() @Type(() => CohortBySex) bySex?: CohortBySex;
}

export type CountData = { total: number; bySex?: { female: number; male: number; unknown: number } };

export const countRejections = {
  'does-not-add-up': 'The parts do not add up to the total: put the rest under unknown.',
} as const;
const reject = rejecting(countRejections);

export function checkCount(count: CountData | undefined, pointer: string) {
  if (!count?.bySex) return;
  const { female, male, unknown } = count.bySex;
  const sum = female + male + unknown;
  if (sum !== count.total) reject('does-not-add-up', `They make ${sum}, the total is ${count.total}.`, pointer);
}

/** Added up; by sex only where every one of them says so. Undefined of nothing: not stated, which is not 0. */
export function sumOf(counts: readonly CountData[]): CountData | undefined {
  return counts.length === 0 ? undefined : counts.reduce((sum, one) => combined(sum, one, 1));
}

/** What is left of the first without the second; below 0 where the second is more. */
export const without = (from: CountData, count: CountData): CountData => combined(from, count, -1);

function combined(one: CountData, other: CountData, sign: 1 | -1): CountData {
  const total = one.total + sign * other.total;
  if (!one.bySex || !other.bySex) return { total };
  const of = (sex: keyof NonNullable<CountData['bySex']>) => one.bySex![sex] + sign * other.bySex![sex];
  return { total, bySex: { female: of('female'), male: of('male'), unknown: of('unknown') } };
}

/**
 * Whether there is more of the second than of the first: in all, or of one sex where no unknown ones could account
 * for it.
 */
export function isMore(of: CountData, than: CountData): boolean {
  const rest = without(of, than);
  const unknown = of.bySex?.unknown ?? 0;
  return rest.total < 0 || (rest.bySex !== undefined && Math.min(rest.bySex.female, rest.bySex.male) < -unknown);
}
