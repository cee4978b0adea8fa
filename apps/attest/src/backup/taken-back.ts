import { grant, type Grant } from '#access';
import { redaction, type Redactions } from '#audit';
import { fold, open, type LogPart } from '#event-sourcing';

/** What was revoked or redacted after a backup was taken: a ledger that is restored from it has it again. */
export interface BackAgain {
  /** Ids of grants. */
  grants: string[];
  /** `pointer` as in a redaction. */
  texts: { thing: string; event: string; pointer: string }[];
}

/** The grants of a log, and the places of its texts that are destroyed. */
class Standing {
  readonly grants = new Map<string, Grant>();
  readonly redactions = new Map<string, Redactions>();

  note({ events }: LogPart): void {
    for (const stored of events) {
      if (stored.stream.startsWith(`${grant.category}-`)) next(this.grants, grant, stored);
      if (stored.stream.startsWith(`${redaction.category}-`)) next(this.redactions, redaction, stored);
    }
  }

  /** `thing event pointer` of each. */
  places(): string[] {
    return [...this.redactions].flatMap(([thing, { places }]) => [...places].map((place) => `${thing} ${place}`));
  }
}

function next<State>(
  states: Map<string, State>,
  rules: Parameters<typeof fold<State>>[0],
  stored: LogPart['events'][number],
): void {
  const thing = stored.stream.slice(-36);
  const initial = states.get(thing) ?? rules.initial;
  states.set(thing, fold({ ...rules, initial }, [open({ ...stored, position: 0n })]));
}

/** What is revoked and redacted in a later backup, and which of it an older one has still. */
export class TakenBack {
  readonly #later = new Standing();
  readonly #older = new Standing();
  readonly #there = new Set<string>();

  /** The later one, part by part. */
  note(part: LogPart): void {
    this.#later.note(part);
  }

  /** Then the older one. */
  noteOlder(part: LogPart): void {
    const redacted = new Set(this.#later.places().map((place) => place.split(' ')[1]!));
    for (const { id } of part.events) if (redacted.has(id)) this.#there.add(id);
    this.#older.note(part);
  }

  /** What the older one has, and the later one has no more. */
  backAgain(): BackAgain {
    const isRevoked = ([, { status }]: [string, Grant]) => status === 'revoked';
    const gone = new Set(this.#older.places());
    return {
      grants: [...this.#later.grants]
        .filter(isRevoked)
        .map(([id]) => id)
        .filter((id) => this.#older.grants.get(id)?.status === 'held'),
      texts: this.#later
        .places()
        .filter((place) => !gone.has(place))
        .map((place) => place.split(' ') as [string, string, string])
        .filter(([, event]) => this.#there.has(event))
        .map(([thing, event, pointer]) => ({ thing, event, pointer })),
    };
  }
}
