import { register, type Instant, type OrderedEvent, type ReadModels } from '#event-sourcing';
import { endOf, type AccessData, type GrantedRole, type GrantEvent } from './grant.js';

/** From when to when what could be done. */
export interface Span {
  roles: readonly GrantedRole[];
  from: Instant;
  /** Not any more from then on; null = without an end that is known. */
  to: Instant | null;
}

export interface AccessRow extends AccessData {
  /** `expired` is no event: see `expiresAt`. */
  status: 'held' | 'revoked';
  grantedAt: Instant;
  /** Of a token. */
  expiresAt?: Instant;
  revokedAt?: Instant;
  /** Who says so, where it is no token of this ledger. */
  issuer?: string;
  /** What it allowed, oldest first. */
  spans: readonly Span[];
}

/** Who may do what in which project, from when to when: tokens of this ledger, and what an issuer says of people. */
export const accessRegister = register<AccessRow, GrantEvent>()({
  name: 'access-register',
  version: 1,
  evolve: {
    AccessGranted: (_, { data: { expiresIn, ...access }, recordedAt }) => {
      const expiresAt = endOf(recordedAt, expiresIn);
      const spans = [{ roles: access.roles, from: recordedAt, to: expiresAt }];
      return { ...access, status: 'held', grantedAt: recordedAt, expiresAt, spans };
    },
    AccessAsserted: (row, { data: { issuer, ...access }, recordedAt }) => ({
      ...access,
      issuer,
      status: 'held',
      grantedAt: row?.grantedAt ?? recordedAt,
      spans: [...ended(row?.spans ?? [], recordedAt), ...begun(access.roles, recordedAt)],
    }),
    AccessRevoked: (row, event) => {
      const known = row as AccessRow;
      return { ...known, status: 'revoked', ...cut(known, event) };
    },
    AccessRestored: (row, { recordedAt }) => {
      const { revokedAt: _, ...known } = row as AccessRow;
      return { ...known, status: 'held', spans: [...known.spans, ...begun(known.roles, recordedAt)] };
    },
  },
  validity: ({ grantedAt, spans }) => {
    const end = spans.at(-1)?.to;
    return { from: day(grantedAt), ...(end && { to: day(end) }) };
  },
});

const cut = ({ spans }: AccessRow, { recordedAt }: OrderedEvent) => ({
  revokedAt: recordedAt,
  spans: ended(spans, recordedAt),
});

/** The last span ends now, where it has not ended before. */
function ended(spans: readonly Span[], at: Instant): Span[] {
  const [last, ...before] = spans.toReversed();
  if (!last) return [];
  const isOver = last.to !== null && last.to <= at;
  // A clock that stepped back: no span ends before it begins.
  const to = isOver ? last.to : at < last.from ? last.from : at;
  return [...before.toReversed(), { ...last, to }];
}

const begun = (roles: readonly GrantedRole[], at: Instant): Span[] =>
  roles.length === 0 ? [] : [{ roles, from: at, to: null }];

const day = (instant: Instant) => instant.slice(0, 10);

/** What a row allowed at some moment from `from` until before `until`. */
export function heldBetween({ spans }: AccessRow, from: Instant, until: Instant): GrantedRole[] {
  const then = spans.filter((span) => span.from < until && (span.to === null || span.to > from));
  return [...new Set(then.flatMap((span) => span.roles))];
}

// ── Who could do what ──

/** From then until before then. */
export interface Stretch {
  from: Instant;
  until: Instant;
}

export interface HeldQuery {
  /** At most so many. */
  limit: number;
  /** The id after which to begin. */
  after?: string;
  asOf?: number;
  /** Only what held in it. */
  on?: Stretch;
  isWanted(project: string): boolean;
}

/** A row as a list shows it. `held`: the roles of then, where it was asked what held. */
export interface HeldAccess extends Omit<AccessRow, 'spans'> {
  id: string;
  held?: readonly GrantedRole[];
}

const PAGE = 500;

/** Who could do what: rows in order of their id, as of an ordinal on the one axis, in a stretch of time on the other. */
export async function grantsHeld(
  readModels: ReadModels,
  { limit, after, asOf, on, isWanted }: HeldQuery,
): Promise<HeldAccess[]> {
  const found: HeldAccess[] = [];
  for (let from = after; ;) {
    const rows = await readModels.rows(accessRegister, { asOf, after: from, limit: PAGE });
    for (const { key: id, document } of rows) {
      const { spans: _, ...shown } = document;
      const held = on && heldBetween(document, on.from, on.until);
      if (!isWanted(document.project) || held?.length === 0) continue;
      found.push({ id, ...shown, ...(held && { held }) });
      if (found.length === limit) return found;
    }
    if (rows.length < PAGE) return found;
    from = rows.at(-1)?.key;
  }
}
