/** Where the log and what was kept of it part. */
export interface ReplayDifference {
  /** `order` (ordinals and leaves), a register's name, `indicator-ledger`, or `figures`. */
  where: string;
  /** The row, entry or figure in which they part; null in the order. */
  key: string | null;
  /** The first event at which they part. */
  event: { ordinal: number; id: string; type: string };
  /** What differs, in words: what is kept, and what the log comes to. */
  detail: string;
}

/** A replay of the log from nothing beside what is live, and what came of comparing the two. */
export interface Replay {
  id: string;
  state: 'running' | 'identical' | 'different' | 'failed';
  /** The last event that was replayed, and the last one that the ledger had when it began. */
  to: number;
  end: number;
  /** How far it is: events are folded, then rows, entries and figures are compared. */
  step: 'folding' | 'rows' | 'entries' | 'figures' | 'done';
  done: number;
  total: number;
  /** Of the Merkle tree over the leaves of the events replayed, computed again; null until they are folded. */
  root: string | null;
  /** How much was compared. */
  compared: { events: number; rows: number; entries: number; figures: number };
  difference: ReplayDifference | null;
  /** Why it could not be done. */
  failure: string | null;
}

/** One is under way: at a time there is one. */
export class ReplayUnderWay extends Error {
  override readonly name = 'ReplayUnderWay';
  constructor(readonly id: string) {
    super(`the replay ${id} is under way`);
  }
}

/** Replays, one at a time, away from the loop that answers. Kept in memory: a restart forgets them. */
export abstract class Replays {
  /** Begins one up to an ordinal that every projection has passed. Throws ReplayUnderWay, or StoreUnavailable. */
  abstract begin(cut: { to: number; end: number }): Promise<Replay>;
  abstract find(id: string): Promise<Replay | undefined>;
}
