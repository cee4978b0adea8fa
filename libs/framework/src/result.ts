import { ArrayUnique, IsArray, IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsCount,
  IsFreeText,
  IsId,
  IsIds,
  IsTitle,
  IsTitles,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const resultLevels = ['impact', 'outcome', 'output'] as const;

class ResultFacts {
  /** As the donor's logframe prints it: a label, which may repeat. */
  @Optional() @IsTitle(60) code?: string;
  @IsTitle() title!: string;
  @Optional() @IsIn(resultLevels) level?: (typeof resultLevels)[number];
  /** The donor's own name of the level, such as "specific objective". */
  @Optional() @IsTitle(100) label?: string;
  /** Its place in the logframe, from the top. */
  @IsCount() order!: number;
  /** The results that this one leads to: many to many. */
  @Optional() @IsArray() @ArrayUnique() @IsIds(50) contributesTo?: string[];
  @Optional() @IsTitles(50) assumptions?: string[];
  @Optional() @IsFreeText() note?: string;
}

/** Adds a result to the logframe. */
export class AddResult extends ResultFacts {
  @IsId() id!: string;
}

/** Restates the whole result. */
export class CorrectResult extends ResultFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidResult {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ResultData = {
  code?: string;
  title: string;
  level?: (typeof resultLevels)[number];
  label?: string;
  order: number;
  contributesTo?: string[];
  assumptions?: string[];
  note?: FreeText;
};

export type ResultEvent =
  | { type: 'ResultAdded'; data: ResultData }
  | { type: 'ResultCorrected'; data: ResultData & { replaces: string } }
  | { type: 'ResultVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Result = { status: 'none' } | { status: 'added' | 'voided'; result: { event: string; facts: ResultData } };

/** A result that another one names, and all those it contributes to in its turn, near and far. */
export type Contribution = { status: string; leadsTo: ReadonlySet<string> };

/** What the rules need of the results that a result names. */
export interface ResultContext {
  /** By id, those of `contributesTo` that the project has. */
  contributions: ReadonlyMap<string, Contribution>;
}

// ── Rules ──

const rejections = {
  'result-exists': 'There is a result with this id already.',
  'unknown-result': 'There is no such result.',
  'result-voided': 'This result was voided: add it anew, with an id of its own.',
  'unknown-contribution': 'The project has no such result to contribute to, or it was voided.',
  'contributes-to-itself': 'A result cannot contribute to itself, neither directly nor through others.',
} as const;
const reject = rejecting(rejections);

export const result = decider<Result, ResultEvent, ResultContext>()({
  category: 'result',
  commands: { AddResult, CorrectResult, VoidResult },
  rejections,
  initial: { status: 'none' },

  decide: {
    AddResult: (command, state, context) => {
      if (state.status !== 'none') return reject('result-exists');
      const { id, note, ...facts } = command;
      checkContributions(id, facts, context);
      return [{ type: 'ResultAdded', data: facts, texts: { note } }];
    },
    CorrectResult: (command, state, context) => {
      const { event, facts: known } = added(state).result;
      const { id, reason: _, note, ...facts } = command;
      if (statesTheSame(known, facts, note)) return [];
      checkContributions(id, facts, context);
      return [{ type: 'ResultCorrected', data: { ...facts, replaces: event }, texts: { note } }];
    },
    VoidResult: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'ResultVoided', data: { voids: added(state).result.event } }];
    },
  },

  evolve: {
    ResultAdded: (_, facts, { id }) => ({ status: 'added', result: { event: id, facts } }),
    ResultCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Added),
      result: { event: id, facts },
    }),
    ResultVoided: (state) => ({ ...(state as Added), status: 'voided' }),
  },
});

type Added = Exclude<Result, { status: 'none' }>;

function added(state: Result): Added {
  if (state.status === 'none') return reject('unknown-result');
  if (state.status === 'voided') return reject('result-voided');
  return state;
}

function checkContributions(id: string, { contributesTo = [] }: ResultData, { contributions }: ResultContext) {
  for (const [index, other] of contributesTo.entries()) {
    const pointer = `/contributesTo/${index}`;
    if (other === id) reject('contributes-to-itself', undefined, pointer);
    const found = contributions.get(other);
    if (!found || found.status === 'voided') return reject('unknown-contribution', undefined, pointer);
    if (found.leadsTo.has(id)) reject('contributes-to-itself', undefined, pointer);
  }
}

/** The context of a result: what is read becomes a guard, so that two links made at once cannot close a circle. */
export async function contributionsOf(
  ids: readonly string[],
  read: (id: string) => Promise<Result>,
): Promise<ReadonlyMap<string, Contribution>> {
  const contributions = new Map<string, Contribution>();
  for (const id of ids) {
    const named = await read(id);
    if (named.status === 'none') continue;
    const leadsTo = new Set(targetsOf(named));
    // A set that grows while it is gone through is gone through to its end.
    for (const next of leadsTo) {
      for (const further of targetsOf(await read(next))) leadsTo.add(further);
    }
    contributions.set(id, { status: named.status, leadsTo });
  }
  return contributions;
}

const targetsOf = (state: Result): readonly string[] =>
  state.status === 'none' ? [] : (state.result.facts.contributesTo ?? []);
