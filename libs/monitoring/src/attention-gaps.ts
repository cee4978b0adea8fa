import { isInFuture, type LocalDate, type Occurrence, type Row } from '#event-sourcing';
import { activitiesOn, isPlacedInMonths, planOn } from './attention-activities.js';
import { decisionDue, openDecisions } from './attention-works.js';
import { standing, type Attention, type AttentionData } from './attention.js';

/** What nobody stated, a thing a line: dates, headcounts, baselines and targets, and what the kind of an activity wants. */
export function gapsToSee(data: AttentionData): Attention[] {
  const { project, on } = data;
  const plan = planOn(data)?.document;
  const { start, end, title } = project.document;
  return [
    ...missing({ kind: 'project', id: project.key, title }, { start, end }),
    ...activitiesOn(data).flatMap(({ key, row }) => {
      const { status, completed, notStated = [] } = row;
      const placed = !completed && isPlacedInMonths(key, plan);
      const wanted = notStated.filter((field) => field !== 'when' || !placed);
      return missing(
        { kind: 'activity', id: key, title: row.title },
        {
          ...Object.fromEntries(wanted.map((field) => [field, undefined])),
          ...(status === 'completed' && !wanted.includes('when') && { completedOn: completed?.occurredOn }),
          ...(status === 'postponed' && { postponedTo: row.postponedTo }),
        },
      );
    }),
    ...held(data.trainings, on).flatMap(({ key: id, document: { title, occurredOn, headcount } }) =>
      missing({ kind: 'training', id, title }, { occurredOn, headcount }),
    ),
    ...held(data.meetings, on).flatMap(({ key: id, document: { occurredOn, ...row } }) =>
      missing({ kind: 'meeting', id, title: row.title ?? row.topic ?? row.kind }, { occurredOn }),
    ),
    ...openDecisions(data)
      .filter(({ document }) => document.kind === 'action')
      .flatMap(({ key: id, document }) =>
        missing(
          { kind: 'decision', id, title: document.title },
          { due: decisionDue(document, on), owner: document.owner },
        ),
      ),
    ...held(data.services, on).flatMap(({ key: id, document: { title, occurredOn } }) =>
      missing({ kind: 'service', id, title }, { occurredOn }),
    ),
    ...standing(data.deliverables).flatMap(({ key: id, document: { title, due } }) =>
      missing({ kind: 'deliverable', id, title }, { due }),
    ),
    ...standing(data.indicators).flatMap(({ key: id, document: { name, baseline, target } }) =>
      missing({ kind: 'indicator', id, title: name }, { baseline, target }),
    ),
  ];
}

/** Without what took place only after that day. */
const held = <D extends { status: string; occurredOn?: Occurrence }>(rows: readonly Row<D>[], on: LocalDate) =>
  standing(rows).filter(({ document }) => !isInFuture(document.occurredOn, on));

function missing(thing: Pick<Attention, 'kind' | 'id' | 'title'>, stated: Record<string, unknown>): Attention[] {
  const fields = Object.keys(stated).filter((field) => stated[field] === undefined);
  if (fields.length === 0) return [];
  return [{ list: 'not-stated', ...thing, why: { code: 'fields-missing', fields }, since: null }];
}
