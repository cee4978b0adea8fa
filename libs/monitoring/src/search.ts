import { activityRegister, strandRegister, workPlan } from '#activities';
import { courseRegister } from '#courses';
import { deliverableRegister, itemRegister } from '#deliveries';
import {
  possibleDays,
  type AnyRegister,
  type LocalDate,
  type ReadModels,
  type Register,
  type Row,
} from '#event-sourcing';
import { logframeRegister } from '#framework';
import { smallGrantRegister } from '#grants';
import { indicatorRegister } from '#indicators';
import { coordinationRegister, decisionRegister, dialogueRegister } from '#meetings';
import { organisationRegister } from '#organisations';
import { placeRegister } from '#places';
import { programmeRegister } from '#programmes';
import { projectRegister, type ProjectRow } from '#projects';
import { requestRegister } from '#requests';
import { serviceRegister } from '#services';
import { trainingRegister } from '#trainings';
import { matchOf, type Match, type Wanted } from './words.js';

/** A name of a thing, and which one it is. */
export interface FoundName {
  field: 'title' | 'name' | 'acronym' | 'code' | 'reference' | 'topic' | 'alias';
  text: string;
  /** BCP 47, where it is stated. */
  lang?: string;
}

export interface Found {
  kind: SearchKind;
  id: string;
  /** null: it is the ledger's, private to no project. */
  project: string | null;
  /** What it is called first of all. */
  title: string;
  /** The name that answers best. */
  matched: FoundName;
  match: Match;
  /** The one that it is the same as. */
  mergedInto?: string;
}

export interface SearchQuery {
  wanted: Wanted;
  /** Projects that may be seen; undefined = all. */
  projects: readonly string[] | undefined;
  kind?: SearchKind;
  asOf?: number;
  /** Only what began by then, or could have. */
  occurredUntil?: LocalDate;
  limit: number;
}

// ── What has names ──

interface Named {
  register: AnyRegister;
  /** Of the ledger, or of a project. */
  scope: 'ledger' | 'project';
  names(row: object): FoundName[];
}

const named = <D extends object>(
  register: Register<D>,
  scope: Named['scope'],
  names: (row: D) => (FoundName | undefined)[],
): Named => ({ register, scope, names: (row) => names(row as D).filter((name) => name !== undefined) });

const one = (field: FoundName['field'], text: string | undefined, lang?: string): FoundName | undefined =>
  text === undefined ? undefined : { field, text, ...(lang !== undefined && { lang }) };
const also = (names: readonly { lang: string; name: string }[] = []) =>
  names.map(({ lang, name }) => one('name', name, lang));
const titled = ({ title, code }: { title: string; code?: string }) => [one('title', title), one('code', code)];

/** By kind; the first name of each is its title. */
const things = {
  project: named(projectRegister, 'project', ({ title, reference, aliases = [] }) => [
    one('title', title),
    one('reference', reference),
    ...aliases.flatMap((alias) => [one('alias', alias.name, alias.lang), one('reference', alias.reference)]),
  ]),
  programme: named(programmeRegister, 'ledger', ({ title, reference, names }) => [
    one('title', title),
    one('reference', reference),
    ...also(names),
  ]),
  organisation: named(organisationRegister, 'ledger', ({ name, acronym, names }) => [
    one('name', name),
    one('acronym', acronym),
    ...also(names),
  ]),
  place: named(placeRegister, 'ledger', ({ name, code, names }) => [
    one('name', name),
    one('code', code),
    ...also(names),
  ]),
  result: named(logframeRegister, 'project', titled),
  indicator: named(indicatorRegister, 'project', ({ name }) => [one('name', name)]),
  strand: named(strandRegister, 'project', titled),
  activity: named(activityRegister, 'project', titled),
  plan: named(workPlan, 'project', titled),
  training: named(trainingRegister, 'project', titled),
  course: named(courseRegister, 'project', titled),
  dialogue: named(dialogueRegister, 'project', titled),
  meeting: named(coordinationRegister, 'project', ({ title, topic, kind }) => [
    one('title', title),
    one('topic', topic),
    ...(title === undefined && topic === undefined ? [one('title', kind)] : []),
  ]),
  decision: named(decisionRegister, 'project', titled),
  service: named(serviceRegister, 'project', titled),
  deliverable: named(deliverableRegister, 'project', titled),
  item: named(itemRegister, 'project', titled),
  grant: named(smallGrantRegister, 'project', ({ title, reference }) => [
    one('title', title),
    one('reference', reference),
  ]),
  request: named(requestRegister, 'project', ({ about }) => [one('title', about)]),
} satisfies Record<string, Named>;

export type SearchKind = keyof typeof things;
export const searchKinds = Object.keys(things) as SearchKind[];

/** Registers that a search reads. */
export const searchRegisters: readonly string[] = Object.values(things).map(({ register }) => register.name);

// ── Searching ──

/** What answers, best first, and how many do: of the ledger, and of those projects. What was voided is not found. */
export async function search(reads: ReadModels, query: SearchQuery): Promise<{ items: Found[]; count: number }> {
  const { kind, asOf, occurredUntil, limit } = query;
  const live = await projectsSeen(reads, query);
  const kinds = kind === undefined ? searchKinds : [kind];
  const found: Found[] = [];
  for (const each of kinds) {
    if (each === 'project') {
      const begun = live.filter(({ document }) => couldHaveBegun(document, occurredUntil));
      found.push(...begun.flatMap((row) => answer(each, row, query.wanted)));
      continue;
    }
    const { register, scope }: Named = things[each];
    const known = new Set(scope === 'ledger' ? ['ledger'] : live.map(({ key }) => key));
    // Of a token for all projects they are read together.
    const scopes = scope === 'project' && query.projects === undefined ? [undefined] : known;
    for (const one of scopes) {
      for await (const rows of pagesOf(reads, register, { scope: one, asOf, occurredUntil })) {
        found.push(...rows.filter((row) => known.has(row.scope)).flatMap((row) => answer(each, row, query.wanted)));
      }
    }
  }
  return { items: found.sort(bestFirst).slice(0, limit), count: found.length };
}

async function projectsSeen(reads: ReadModels, { projects: keys, asOf }: SearchQuery): Promise<Row<ProjectRow>[]> {
  const live: Row<ProjectRow>[] = [];
  for await (const rows of pagesOf(reads, projectRegister, { keys, asOf })) {
    live.push(...rows.filter(({ document }) => document.status !== 'voided'));
  }
  return live;
}

function couldHaveBegun({ start }: ProjectRow, day: LocalDate | undefined): boolean {
  const first = possibleDays(start)?.first;
  return day === undefined || !first || first <= day;
}

const PAGE = 500;

async function* pagesOf<D extends object>(
  reads: ReadModels,
  register: Register<D>,
  query: Parameters<ReadModels['rows']>[1],
): AsyncGenerator<Row<D>[]> {
  for (let after: string | undefined; ;) {
    const rows = await reads.rows(register, { ...query, after, limit: PAGE });
    yield rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.key;
  }
}

const matches: readonly Match[] = ['whole', 'start', 'words'];
const rankOf = (match: Match) => matches.indexOf(match);

function answer(kind: SearchKind, { key, scope, document }: Row, wanted: Wanted): Found[] {
  const { status, mergedInto } = document as { status?: string; mergedInto?: string };
  if (status === 'voided') return [];
  const names = (things[kind] as Named).names(document);
  let best: { matched: FoundName; match: Match } | undefined;
  for (const matched of names) {
    const match = matchOf(matched.text, wanted);
    if (match && (!best || rankOf(match) < rankOf(best.match))) best = { matched, match };
  }
  if (!best) return [];
  const project = scope === 'ledger' ? null : scope;
  const merged = mergedInto === undefined ? {} : { mergedInto };
  return [{ kind, id: key, project, title: names[0]!.text, ...best, ...merged }];
}

/** Of those that answer alike the ledger's and the greater things first, as the kinds stand, then by title. */
function bestFirst(a: Found, b: Found): number {
  return (
    rankOf(a.match) - rankOf(b.match) ||
    searchKinds.indexOf(a.kind) - searchKinds.indexOf(b.kind) ||
    compare(a.title, b.title) ||
    compare(a.id, b.id)
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
