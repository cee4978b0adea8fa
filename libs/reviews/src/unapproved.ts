import {
  possibleDays,
  type AnyRegister,
  type LocalDate,
  type ReadModels,
  type Register,
  type Row,
} from '#event-sourcing';
import type { Decided, ReviewRow, ReviewRuleRow } from './review-register.js';

/** `changed`: it was approved, or returned, and has changed since. */
export type ReviewState = 'new' | 'changed' | 'returned';
export interface Unapproved extends Row {
  category: string;
  state: ReviewState;
}

/** What it is read from. `facts`: the register of each kind of thing that a project has facts of. */
export interface ReviewRegisters {
  rules: Register<ReviewRuleRow>;
  reviews: Register<ReviewRow>;
  facts: ReadonlyMap<string, AnyRegister>;
}

interface Ask {
  project: string;
  asOf?: number;
  /** Only what took place, or could have, by that day. */
  occurredUntil?: LocalDate;
  /** At most so many. */
  limit: number;
  /** Those after this place: category and id, as `placeOf` has them. */
  after?: string;
}

export const placeOf = ({ category, key }: Unapproved): string => `${category}.${key}`;

/** Rows of a register that are read at once. */
const PAGE = 200;
/** Rules of a project that are heeded; nobody has more. */
const MOST_RULES = 1_000;

/** Facts for which the project wants an approval, and that have none as they stand: in order of category and id. */
export async function readUnapproved(
  reads: ReadModels,
  registers: ReviewRegisters,
  { project, asOf, occurredUntil, limit, after = '' }: Ask,
): Promise<Unapproved[]> {
  const rules = await reads.rows(registers.rules, { scope: project, asOf, limit: MOST_RULES });
  const standing = rules.map(({ document }) => document).filter(({ status }) => status === 'recorded');
  const cut = { scope: project, asOf, occurredUntil };
  const [first = '', key = ''] = after.split('.');
  const found: Unapproved[] = [];
  for (const category of [...new Set(standing.flatMap(({ categories }) => categories))].sort()) {
    const register = registers.facts.get(category);
    if (!register || category < first) continue;
    const of = {
      category,
      register,
      reviews: registers.reviews,
      rules: standing.filter(({ categories }) => categories.includes(category)),
    };
    let from: string | undefined = category === first ? key : '';
    while (from !== undefined && found.length < limit) {
      const rows: Row[] = await reads.rows<object>(register, { ...cut, after: from, limit: PAGE });
      found.push(...(await unapprovedOf(reads, rows, of, asOf)));
      from = rows.length === PAGE ? rows.at(-1)!.key : undefined;
    }
  }
  return found.slice(0, limit);
}

interface OfCategory {
  category: string;
  register: AnyRegister;
  reviews: ReviewRegisters['reviews'];
  rules: readonly ReviewRuleRow[];
}

async function unapprovedOf(
  reads: ReadModels,
  rows: readonly Row[],
  { category, register, reviews, rules }: OfCategory,
  asOf: number | undefined,
): Promise<Unapproved[]> {
  const asked = rows.filter((row) => row.revision >= 0 && rules.some((rule) => isFor(rule, register, row)));
  if (asked.length === 0) return [];
  const keys = asked.map(({ key }) => key);
  const reviewed = await reads.rows(reviews, { keys, asOf, limit: keys.length });
  const decisions = new Map(
    reviewed.map(({ key, document }) => [key, document.decisions.find((one) => one.category === category)]),
  );
  return asked.flatMap((row) => {
    const state = stateOf(row.revision, decisions.get(row.key));
    return state ? [{ ...row, category, state }] : [];
  });
}

/** Whether a rule is for what took place on the fact's days: what is dated nowhere could have. */
function isFor({ from, to }: ReviewRuleRow, register: AnyRegister, { document }: Row): boolean {
  const valid = register.validity?.(document) ?? {};
  const first: LocalDate | undefined = possibleDays(valid.from ?? undefined)?.first ?? undefined;
  // What nobody said to have ended goes on.
  const last: LocalDate | undefined = possibleDays(valid.to ?? undefined)?.last ?? undefined;
  return (
    !(from !== undefined && last !== undefined && last < from) &&
    !(to !== undefined && first !== undefined && first > to)
  );
}

/** undefined = approved as it stands. */
export function stateOf(revision: number, decided: Decided | undefined): ReviewState | undefined {
  if (!decided) return 'new';
  // A kind of thing may have events of which this register shows nothing.
  if (decided.revision < revision) return 'changed';
  return decided.decision === 'approved' ? undefined : 'returned';
}
