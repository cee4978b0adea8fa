import { activityOn, type ActivityRow, type HoldRow, type PlanRow } from '#activities';
import { isInFuture, possibleDays, type LocalDate, type Row } from '#event-sourcing';
import { firstDay, lastDay, nearness, since } from './attention-days.js';
import { standing, type Attention, type AttentionData, type Why } from './attention.js';

/** Activities that are due or late, and what is on hold. What its strand, or the whole plan, holds up is told with that. */
export function activitiesToSee(data: AttentionData): Attention[] {
  const { on } = data;
  const plan = planOn(data);
  const activities = activitiesOn(data).filter(({ row }) => row.status !== 'completed' && row.status !== 'cancelled');
  const strands = new Map(
    standing(data.strands).flatMap((row) => {
      const hold = holdOn(row.document.holds, on);
      return hold ? [[row.key, { row, hold }] as const] : [];
    }),
  );
  const planHold = plan && holdOn(plan.document.holds ?? [], on);
  const planned = new Set(plan?.document.lines.map(({ activity }) => activity));
  const strandOf = ({ key, row }: Dated) => row.strand ?? lineOf(key, plan?.document)?.strand;
  const isHeld = (one: Dated) =>
    one.row.status === 'on-hold' ||
    strands.has(strandOf(one) ?? '') ||
    (planHold !== undefined && planned.has(one.key));

  return [
    ...activities.filter((one) => !isHeld(one)).flatMap((one) => dueOrLate(one, plan, on)),
    ...activities.flatMap(({ key, row }): Attention[] =>
      row.status === 'on-hold' && row.onHold
        ? [held({ kind: 'activity', id: key, title: row.title }, { code: 'activity-on-hold', ...told(row.onHold, on) })]
        : [],
    ),
    ...[...strands].map(([id, { row, hold }]) => {
      const own = activities.filter((one) => strandOf(one) === id).length;
      const why = { code: 'strand-on-hold', activities: own, ...told(hold, on) } as const;
      return held({ kind: 'strand', id, title: row.document.title }, why);
    }),
    ...(plan && planHold
      ? [planHeld(plan, planHold, activities.filter(({ key }) => planned.has(key)).length, on)]
      : []),
  ];
}

interface Dated {
  key: string;
  row: ActivityRow;
}

/** As they stood at the end of the day, without those that were voided. */
export const activitiesOn = ({ activities, on }: Pick<AttentionData, 'activities' | 'on'>): Dated[] =>
  standing(activities).map(({ key, document }) => ({ key, row: activityOn(document, on) }));

/** The plan that was adopted last by then; one whose day is not stated comes before the others. */
export function planOn({ plans, on }: Pick<AttentionData, 'plans' | 'on'>): Row<PlanRow> | undefined {
  const when = (row: Row<PlanRow>) => `${row.document.adoptedOn ?? ''} ${String(row.fromOrdinal).padStart(15, '0')}`;
  return standing(plans)
    .filter(({ document }) => !isInFuture(document.adoptedOn, on))
    .sort((a, b) => (when(a) < when(b) ? 1 : -1))[0];
}

// ── Due and late ──

function dueOrLate({ key, row }: Dated, plan: Row<PlanRow> | undefined, on: LocalDate): Attention[] {
  const placed = placedAt(key, row, plan?.document);
  const list = nearness(placed?.by, on);
  if (!placed || !list) return [];
  const late = row.status === 'started' ? 'not-completed' : 'not-started';
  const why: Why = { code: list === 'due' ? 'activity-due' : late, ...placed };
  return [{ list, kind: 'activity', id: key, title: row.title, why, since: since(placed.by, list) }];
}

type Placed = { by: LocalDate; placedBy: 'plan' | 'postponement' | 'planned-for' };

/**
 * The last day of what was stated: the later of the plan's columns and the day to which it was postponed, else when it is
 * planned for. To when it was postponed may be not stated: then it has none.
 */
function placedAt(key: string, row: ActivityRow, plan: PlanRow | undefined): Placed | undefined {
  const postponed = lastDay(row.postponedTo);
  if (row.status === 'postponed' && !postponed) return undefined;
  const columns = columnsOf(key, plan);
  const inPlan = lastDay([...columns].sort().at(-1));
  if (postponed && postponed >= (inPlan ?? '')) return { by: postponed, placedBy: 'postponement' };
  if (inPlan) return { by: inPlan, placedBy: 'plan' };
  const meant = lastDay(row.plannedFor);
  return meant ? { by: meant, placedBy: 'planned-for' } : undefined;
}

/** The months that a plan places it in; of a number of months that are not named, all columns. */
function columnsOf(key: string, plan: PlanRow | undefined): readonly string[] {
  const line = lineOf(key, plan);
  if (!plan || !line) return [];
  return line.months ?? (line.monthCount ? plan.months : []);
}

/** Whether the plan says in which months it is. */
export const isPlacedInMonths = (key: string, plan: PlanRow | undefined): boolean =>
  lineOf(key, plan)?.months !== undefined;

const linesOf = new WeakMap<PlanRow, ReadonlyMap<string, PlanRow['lines'][number]>>();

/** Where a plan has an activity: it stands in it once. Of a plan of many lines they are gone through once. */
function lineOf(key: string, plan: PlanRow | undefined) {
  if (!plan) return undefined;
  const lines = linesOf.get(plan) ?? new Map(plan.lines.map((line) => [line.activity, line]));
  linesOf.set(plan, lines);
  return lines.get(key);
}

// ── On hold ──

/** The hold in force at the end of a day: holds and resumptions that are dated later had not happened yet. */
function holdOn(holds: readonly HoldRow[], day: LocalDate): HoldRow | undefined {
  const later = holds.findIndex((hold) => isInFuture(hold.since, day));
  const last = (later < 0 ? holds : holds.slice(0, later)).at(-1);
  return last && (!last.resumed || isInFuture(last.resumed.occurredOn, day)) ? last : undefined;
}

function told(hold: Omit<HoldRow, 'resumed'>, on: LocalDate) {
  const { since: from, until, agreedWith, document } = hold;
  const last = possibleDays(until)?.last;
  const isOver = last ? last < on : false;
  return { since: from, until, agreedWith, document, ...(isOver && { untilIsOver: true as const }) };
}

type Held = Extract<Why, { code: `${string}-on-hold` }>;

const held = (thing: Pick<Attention, 'kind' | 'id' | 'title'>, why: Held): Attention => ({
  list: 'on-hold',
  ...thing,
  why,
  since: firstDay(why.since),
});

const planHeld = ({ key: id, document: { title } }: Row<PlanRow>, hold: HoldRow, activities: number, on: LocalDate) =>
  held({ kind: 'plan', id, title }, { code: 'plan-on-hold', activities, ...told(hold, on) });
