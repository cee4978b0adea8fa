import { possibleDays, today, type LocalDate, type Occurrence, type Row, type RowQuery } from '#event-sourcing';
import type { ProjectRow } from './project-register.js';

/** By the contract's dates in force. `not-stated`: the dates that would tell are not stated. */
export const projectStates = ['planned', 'running', 'ended', 'not-stated'] as const;
export type ProjectState = (typeof projectStates)[number];

/** What is not asked for is left out. */
export interface PortfolioFilter {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** A region by its name, or the id of a place. */
  region?: string;
  /** An organisation's id, or a donor as the data sheet names it. */
  donor?: string;
  /** A theme, or a DAC sector code. */
  theme?: string;
  /** An organisation's id, or the implementing organisation as the data sheet names it. */
  partner?: string;
  /** The id of a programme or portfolio. */
  programme?: string;
  state?: ProjectState;
}

export interface PortfolioQuery {
  filter: PortfolioFilter;
  /** The day of the state, and on which donor, partner and programme hold. Without it today, and whenever they held. */
  on?: LocalDate;
  now: Date;
  /** Only projects that began by then, or could have. */
  occurredUntil?: LocalDate;
  after?: string;
  limit: number;
}

export type PortfolioItem = Row<ProjectRow> & { state: ProjectState };

/** Rows that are looked at at once. */
const MANY = 500;

/** Rows of the project-register, in order of key: those that may be seen, as known then. */
export type ReadProjects = (page: Pick<RowQuery, 'after' | 'limit'>) => Promise<Row<ProjectRow>[]>;

/** The projects that match, without those that were voided: a page of them, and one more where there are more. */
export async function readPortfolio(read: ReadProjects, query: PortfolioQuery): Promise<PortfolioItem[]> {
  const found: PortfolioItem[] = [];
  for (let { after } = query; ;) {
    const rows = await read({ after, limit: MANY });
    for (const row of rows) {
      const state = stateOn(row.document, query.on ?? today(row.document.timeZone, query.now));
      if (isMeant(row.document, state, query)) found.push({ ...row, state });
      if (found.length > query.limit) return found;
    }
    if (rows.length < MANY) return found;
    after = rows.at(-1)!.key;
  }
}

/** Planned before its first possible day, ended after its last one; in between it runs. */
export function stateOn({ start, end }: { start?: Occurrence; end?: Occurrence }, day: LocalDate): ProjectState {
  const first = possibleDays(start)?.first;
  const last = possibleDays(end)?.last;
  if (last && last < day) return 'ended';
  if (first && first > day) return 'planned';
  // Without a start nobody said that it had begun; without an end it goes on.
  return start === undefined ? 'not-stated' : 'running';
}

function isMeant(row: ProjectRow, state: ProjectState, { filter, on, occurredUntil }: PortfolioQuery): boolean {
  if (row.status === 'voided') return false;
  if (filter.state !== undefined && filter.state !== state) return false;
  const first = possibleDays(row.start)?.first;
  if (occurredUntil !== undefined && first && first > occurredUntil) return false;
  return Object.entries(namedIn(row, on)).every(([field, named]) => {
    const wanted = filter[field as keyof typeof filter];
    return wanted === undefined || named.includes(wanted);
  });
}

/** By field of the filter: what of the row it may name. */
function namedIn(row: ProjectRow, on: LocalDate | undefined) {
  const { countries = [], regions = [], places = [], themes = [], sectors = [] } = row.description ?? {};
  return {
    country: [row.country, ...countries],
    region: [...regions, ...places],
    theme: [...themes, ...sectors],
    donor: [...(row.donors ?? []), ...idsOf(row.funding, on)],
    partner: [row.implementingOrganisation, ...idsOf(row.partners, on)],
    programme: idsOf(row.programmes, on),
  } satisfies Partial<Record<keyof PortfolioFilter, (string | undefined)[]>>;
}

/** What a list of the row names, as far as it holds on the day. */
interface Named {
  organisation?: string;
  onBehalfOf?: string;
  programme?: string;
  from?: Occurrence;
  to?: Occurrence;
}

const idsOf = (list: readonly Named[] = [], on: LocalDate | undefined): (string | undefined)[] =>
  list
    .filter(({ from, to }) => on === undefined || holdsOn(from, to, on))
    .flatMap(({ organisation, onBehalfOf, programme }) => [organisation, onBehalfOf, programme]);

/** Taken at their widest; what is not stated bounds nothing. */
function holdsOn(from: Occurrence | undefined, to: Occurrence | undefined, day: LocalDate): boolean {
  const first = possibleDays(from)?.first ?? day;
  const last = possibleDays(to)?.last ?? day;
  return first <= day && last >= day;
}
