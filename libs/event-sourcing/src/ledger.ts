import type { LocalDate } from './dates.js';

/**
 * An entry of the indicator ledger: append-only; a correction or void posts reversals (`sign` -1) at its own ordinal.
 * Shapes: a figure in a period takes entries with occurredFrom >= start and occurredTo <= end; up to X, occurredTo <= X.
 */
export interface LedgerEntry {
  /** The indicator's id. */
  indicator: string;
  /** Version of its definition, from 1. */
  definition: number;
  /** '' for the total, else `sex`, `organisation`, `sex x organisation`; a sum always fixes one. */
  breakdown: string;
  ordinal: number;
  eventId: string;
  scope: string;
  /** First and last day it may count on; both null = not stated. */
  occurredFrom: LocalDate | null;
  occurredTo: LocalDate | null;
  /** A decimal as text; negative in reversals. */
  value: string;
  sign: 1 | -1;
  /** The key of the fact it comes from: `training:<uuid>`. */
  fact: string;
  /** What is counted once in counts of distinct things. */
  token: string | null;
  dimensions: Record<string, string>;
}

/** What to read of the ledger. All entries of one indicator's definition version and breakdown, known at an ordinal. */
export interface LedgerQuery {
  indicator: string;
  definition: number;
  breakdown: string;
  asOf: number;
}

/** Whether a definition's entries are all there: one that is being filled answers later. */
export type FillState = 'filled' | 'filling' | 'unknown';

export abstract class Ledger {
  /** Entries and reversals in order of ordinal. */
  abstract entries(query: LedgerQuery): Promise<LedgerEntry[]>;
  /** The sum of values placed in the window, by the database; `from` null = up to `to`. */
  abstract sum(
    query: LedgerQuery & { from: LocalDate | null; to: LocalDate },
  ): Promise<{ value: string; entries: number }>;
  abstract fillState(indicator: string, definition: number): Promise<FillState>;
}

/**
 * The pure part that the ledger's runner calls: which definitions there are, and what a fact posts under each. The rows
 * of both registers are applied in one transaction with the entries, so they never disagree.
 */
export interface Posting<Fact extends object = object, Definition extends DefinitionRow = DefinitionRow> {
  /** Raise it when `definition`, `takes` or `post` makes something else of the same rows: the ledger is filled beside the old one. */
  version: number;
  /** Name of the register of facts: its version rows are what definitions are filled from. */
  facts: string;
  /** Name of the register of definitions. */
  definitions: string;
  /**
   * The definition that a new version of a row of `definitions` states; undefined where it states none (yet). The first
   * one of an indicator and version stays for ever and goes on being posted: to change it, state a higher version.
   */
  definition(row: Made): Definition | undefined;
  /** True where the definition may take facts of this scope. */
  takes(definition: Definition, scope: string): boolean;
  /** Entries that a fact posts under a definition; none where it does not match. `key` becomes the entry's `fact`. */
  post(key: string, fact: Fact, definition: Definition): Posted[];
}

/** A new version of a row of definitions; `ordinal` is that of the event that made it. */
export interface Made<Document extends object = object> {
  key: string;
  scope: string;
  ordinal: number;
  document: Document;
}

/** A posting of whatever facts and definitions: what generic code handles. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- facts and definitions vary together; only the slice knows them
export type AnyPosting = Posting<any, any>;

export type Posted = Pick<LedgerEntry, 'breakdown' | 'occurredFrom' | 'occurredTo' | 'value' | 'token' | 'dimensions'>;

/** What every definition has; kept as JSON with what the slice adds to it. */
export interface DefinitionRow {
  indicator: string;
  /** From 1. */
  version: number;
  scope: string;
  /** The ordinal of the event that made it. */
  ordinal: number;
}
