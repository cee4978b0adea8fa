import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsDefined, IsIn, ValidateNested } from 'class-validator';
import { IsCount, IsId, Optional, rejecting } from '#event-sourcing';

export const headcountMethods = ['list', 'estimate', 'partner-figure'] as const;

/** By sex; the parts add up to the total, `unknown` closes the gap. */
export class BySex {
  @IsCount() female!: number;
  @IsCount() male!: number;
  @IsCount() unknown!: number;
}

export class OfOrganisation {
  /** Left out = unknown organisation. */
  @Optional() @IsId() organisation?: string;
  @IsCount() count!: number;
}

/** One total, and independent breakdowns that each add up to it. */
export class Headcount {
  @IsCount() total!: number;
  @Optional() @ValidateNested() @Type(() => BySex) bySex?: BySex;
  @Optional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => OfOrganisation)
  byOrganisation?: OfOrganisation[];
  @IsDefined() @IsIn(headcountMethods) method!: (typeof headcountMethods)[number];
}

export type HeadcountData = {
  total: number;
  bySex?: { female: number; male: number; unknown: number };
  byOrganisation?: { organisation?: string; count: number }[];
  method: (typeof headcountMethods)[number];
};

/** What the rules need of the organisations that a headcount names. */
export interface HeadcountContext {
  /** By id, those that there are. */
  organisations: ReadonlyMap<string, { status: string }>;
}

export const headcountRejections = {
  'does-not-add-up': 'The parts do not add up to the total: put the rest under unknown.',
  'organisation-repeated': 'An organisation is listed twice.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(headcountRejections);

/** The parts of each breakdown add up to the total; what stands there must be known, and once. */
export function checkHeadcount({ total, bySex, byOrganisation }: HeadcountData, { organisations }: HeadcountContext) {
  const check = (sum: number, pointer: string) => {
    if (sum !== total) reject('does-not-add-up', `They make ${sum}, the total is ${total}.`, pointer);
  };
  if (bySex) check(bySex.female + bySex.male + bySex.unknown, '/bySex');
  if (!byOrganisation) return;
  check(
    byOrganisation.reduce((sum, part) => sum + part.count, 0),
    '/byOrganisation',
  );
  const named = byOrganisation.map((part) => part.organisation);
  if (new Set(named).size < named.length) reject('organisation-repeated', undefined, '/byOrganisation');
  for (const [index, id] of named.entries()) {
    if (id === undefined) continue;
    const pointer = `/byOrganisation/${index}/organisation`;
    const known = organisations.get(id) ?? reject('unknown-organisation', undefined, pointer);
    if (known.status === 'voided') reject('organisation-voided', undefined, pointer);
  }
}
