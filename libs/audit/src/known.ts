import { isUuid, NotFilledYet, type AnyRegister, type ReadModels, type Row } from '#event-sourcing';
import { differences, idsIn, type Known } from './difference.js';

/** Where it stands who may do what: the register, and the kind of thing that its events are about. */
export interface AccessRecords {
  register: string;
  category: string;
}

/** Every register there is, bound by the catalogue. A class, so that it is its own injection token. */
export class Registers {
  constructor(
    readonly all: readonly AnyRegister[],
    readonly access: AccessRecords,
  ) {}
}

/** Whose titles may be told: those of the scope, and of the ledger, as of an ordinal (now without it). */
export interface Telling {
  scope: string;
  asOf?: number;
}

const LEDGER = 'ledger';
/** Keys looked up at once. */
const MANY = 500;

/** The titles of the things with these ids, and the currency of the scope: one look per register for all of them. */
export async function knownFor(
  reads: ReadModels,
  { all }: Registers,
  ids: readonly string[],
  { scope, asOf }: Telling,
): Promise<Known> {
  const keys = [...new Set([...ids, scope])].filter(isUuid);
  const pages = Array.from({ length: Math.ceil(keys.length / MANY) }, (_, page) =>
    keys.slice(page * MANY, (page + 1) * MANY),
  );
  const rows = await Promise.all(
    all.flatMap((register) => pages.map((page) => rowsOf(reads, register, { keys: page, asOf, limit: MANY }))),
  );
  const visible = rows.flat().filter((row) => row.scope === scope || row.scope === LEDGER);
  const titles = new Map(visible.flatMap(({ key, document }) => pairOf(key, titleOf(document))));
  const { currency } = visible.map((row) => row.document as { currency?: string }).find((one) => one.currency) ?? {};
  return { titleOf: (id) => titles.get(id), currency };
}

/** The changes of each version in sentences. `histories`: of one thing each, its versions oldest first. */
export async function tellVersions(
  reads: ReadModels,
  registers: Registers,
  histories: readonly (readonly object[])[],
  of: Telling,
): Promise<string[][][]> {
  const ids = histories.flatMap((versions) => versions.flatMap((one, index) => idsIn(versions[index - 1], one)));
  const known = await knownFor(reads, registers, ids, of);
  return histories.map((versions) => versions.map((one, index) => differences(versions[index - 1], one, known)));
}

/** By what people know a thing: its title or name, of a period or its report the days. */
export function titleOf(document: object): string | undefined {
  const { title, name, reference, from, to, period } = document as Record<string, unknown>;
  const found = [title, name, reference].find((one) => typeof one === 'string');
  if (typeof found === 'string') return found;
  if (typeof from === 'string' && typeof to === 'string') return `${from} to ${to}`;
  return typeof period === 'object' && period !== null ? titleOf(period) : undefined;
}

const pairOf = (key: string, title: string | undefined): [string, string][] =>
  title === undefined ? [] : [[key, title]];

/** A register that is being filled for the first time knows no titles yet: ids are told in their place. */
async function rowsOf(
  reads: ReadModels,
  register: AnyRegister,
  query: { keys: readonly string[]; asOf?: number; limit: number },
): Promise<Row[]> {
  try {
    return await reads.rows<object>(register, query);
  } catch (fault) {
    if (fault instanceof NotFilledYet) return [];
    throw fault;
  }
}
