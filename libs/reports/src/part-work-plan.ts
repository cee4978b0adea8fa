import type { PlanRow as AdoptedPlan } from '#activities';
import { standingOf, statusCell, strandAt } from './activity-cells.js';
import { adoptedPlan, strandTitle } from './part-activities.js';
import type { Phrase, PlanBlock, PlanLine, PlanRow, Section } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';

type Line = AdoptedPlan['lines'][number];
type Activity = ReportData['activities'][number];

/** Part 7: the adopted plan as a month grid: its own columns, labels and footnotes; what is on hold apart. */
export function workPlan(data: ReportData): Section {
  const plan = adoptedPlan(data);
  if (!plan) return { id: 'work-plan', title: say('section.work-plan'), blocks: [], empty: say('empty.work-plan') };
  const { title, months, sections, lines, footnotes } = plan.document;
  const rows: PlanRow[] = [];
  const onHold: NonNullable<PlanBlock['onHold']>[number][] = [];
  for (const { strand: id } of sections) {
    const strand = strandAt(data, id);
    const own = lines.filter((line) => line.strand === id).map((line) => planLine(data, line));
    const heading: Phrase = strand ? strandTitle(strand) : say('group.no-strand');
    if (strand?.onHold) {
      const { since, agreedWith } = strand.onHold;
      onHold.push({
        title: heading,
        since: since ?? null,
        ...(agreedWith && { reason: say('plan.agreed-with', { who: agreedWith }) }),
        rows: own,
      });
    } else rows.push({ kind: 'group', title: heading }, ...own);
  }
  return {
    id: 'work-plan',
    title: say('section.work-plan'),
    page: 'landscape',
    intro: (months.at(-1) ?? '') <= data.ask.period.to ? say('plan.over', { title }) : title,
    blocks: [
      {
        kind: 'plan',
        caption: say('caption.work-plan', { columns: months.length }),
        months,
        rows,
        onHold,
        footnotes: footnotes.map(({ label, text, date }) => ({ mark: label, text, ...(date && { date }) })),
      },
    ],
  };
}

function planLine(data: ReportData, line: Line): PlanLine {
  const activity = data.activities.find((row) => row.key === line.activity);
  return {
    kind: 'line',
    label: line.label ?? '',
    title: activity?.document.title ?? line.activity,
    ...(line.footnotes && { footnotes: line.footnotes }),
    placement: placementOf(line),
    ...(activity && standingWords(data, activity)),
  };
}

function placementOf({ months, monthCount }: Line): PlanLine['placement'] {
  if (months) return { kind: 'months', months };
  return monthCount ? { kind: 'count', count: monthCount } : { kind: 'not-stated' };
}

/** In the on-hold block the block says it. */
function standingWords(data: ReportData, activity: Activity): Pick<PlanLine, 'status' | 'completed' | 'planned'> {
  const standing = standingOf(data, activity);
  const { completed, plannedFor } = standing.row;
  const isPlanned = standing.status === 'planned';
  return {
    ...(!standing.with && { status: statusCell(standing) }),
    ...(completed?.occurredOn && { completed: completed.occurredOn }),
    ...(isPlanned && plannedFor && { planned: plannedFor }),
  };
}
