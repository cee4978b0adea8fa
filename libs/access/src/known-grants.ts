import { fold, SeenTime, StoreUnavailable, type Event, type Instant } from '#event-sourcing';
import { grant, type AccessData, type Grant } from './grant.js';

/** A grant as this process knows it. */
export interface KnownGrant {
  id: string;
  /** Of its stream. */
  scope: string;
  access: AccessData;
  isRevoked: boolean;
  since: Instant;
  expiresAt?: Instant;
  issuer?: string;
}

export type TokenState = 'held' | 'expired' | 'revoked' | 'unknown';

interface Entry {
  state: Grant;
  revision: number;
  scope: string;
  /** When this process, or the log before it, got to know of it. */
  mark: number;
}

/**
 * The grants of the ledger in memory, so that every request can be judged by them. Of time it believes the latest that was
 * seen since a grant was made, by this clock or by what the log says of later grants: a clock that steps back revives no
 * token, and one that ran ahead for a while costs only those tokens their life that would have ended by then; those made
 * afterwards live as long as they were to.
 */
export class KnownGrants {
  readonly #entries = new Map<string, Entry>();
  readonly #asserted = new Map<string, Set<string>>();
  readonly #projects = new Map<string, Set<string>>();
  readonly #time = new SeenTime();
  #isWhole = false;

  constructor(private readonly clock: () => Date) {}

  /** Events of grants, each stream's in order; what is known already changes nothing. */
  apply(events: readonly Event[]): void {
    for (const event of events) this.#apply(event);
  }

  #apply(event: Event): void {
    const known = this.#entries.get(event.thing);
    if (known && event.revision <= known.revision) return;
    const mark = this.#time.see(Date.parse(event.recordedAt));
    const state = fold({ ...grant, initial: known?.state ?? grant.initial }, [event]);
    this.#entries.set(event.thing, { state, revision: event.revision, scope: event.scope, mark: known?.mark ?? mark });
    if (state.status === 'none') return;
    const { actor, project } = state.access;
    this.#projects.set(actor, (this.#projects.get(actor) ?? new Set()).add(project));
    if (state.issuer === undefined) return;
    this.#asserted.set(actor, (this.#asserted.get(actor) ?? new Set()).add(event.thing));
  }

  /** The log was read to its end once. */
  complete(): void {
    this.#isWhole = true;
  }

  /** `expires`: as the token says, in milliseconds. Throws StoreUnavailable before the log was read once. */
  standing(id: string, expires: number): TokenState {
    const entry = this.#known(id);
    if (entry === undefined || entry.state.status === 'none') return 'unknown';
    this.#time.see(this.clock().getTime());
    if (entry.state.status === 'revoked') return 'revoked';
    return this.#time.since(entry.mark) < expires ? 'held' : 'expired';
  }

  find(id: string): KnownGrant | undefined {
    const entry = this.#known(id);
    return entry && shown(id, entry);
  }

  /** What issuers said of somebody, in every project. */
  assertedOf(actor: string): KnownGrant[] {
    return [...(this.#asserted.get(actor) ?? [])].flatMap((id) => this.find(id) ?? []);
  }

  /** In which projects, or `*`, somebody has access or had it. */
  projectsOf(actor: string): ReadonlySet<string> {
    if (!this.#isWhole) throw notReadYet();
    return this.#projects.get(actor) ?? new Set();
  }

  #known(id: string): Entry | undefined {
    if (!this.#isWhole) throw notReadYet();
    return this.#entries.get(id);
  }
}

const notReadYet = () => new StoreUnavailable('the grants of this ledger are not read yet');

function shown(id: string, { state, scope }: Entry): KnownGrant | undefined {
  if (state.status === 'none') return undefined;
  const { status, event: _, ...facts } = state;
  return { id, scope, isRevoked: status === 'revoked', ...facts };
}
