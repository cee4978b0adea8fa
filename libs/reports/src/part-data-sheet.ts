import type { ProjectRow } from '#projects';
import type { Cell, Phrase, Section } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';

/** Part 1: what the project is, as recorded; what is not stated says so. */
export function dataSheet({ ask, project: { document: project }, terms }: ReportData): Section {
  const text = (value: string | undefined): Cell => value ?? { kind: 'absent', state: 'not-stated' };
  const day = (date: string | undefined): Cell => ({ kind: 'date', date: date ?? null });
  const list = (items: readonly string[] | undefined): Cell =>
    items && items.length > 0 ? { kind: 'list', items } : { kind: 'absent', state: 'not-stated' };
  const total = terms?.document.total;
  return {
    id: 'data-sheet',
    title: say('section.data-sheet'),
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: say('sheet.title'), value: project.title },
          { label: say('sheet.reference'), value: project.reference },
          { label: say('sheet.implementer'), value: text(project.implementingOrganisation) },
          { label: say('sheet.donors'), value: list(project.donors) },
          {
            label: say('sheet.country'),
            value: project.country ? { kind: 'country', code: project.country } : text(undefined),
          },
          { label: say('sheet.start'), value: day(project.original.start) },
          { label: say('sheet.end'), value: day(project.original.end) },
          ...amendedDates(project).map(({ label, date }) => ({ label, value: day(date) })),
          { label: say('sheet.period'), value: { kind: 'date', date: `${ask.period.from}/${ask.period.to}` } },
          { label: say('sheet.time-zone'), value: project.timeZone },
          { label: say('sheet.currency'), value: project.currency },
          {
            label: say('sheet.budget'),
            value: total
              ? { kind: 'money', minor: String(total.amount), state: 'value', currency: project.currency }
              : { kind: 'absent', state: 'not-stated' },
          },
          ...(project.assumptions?.length
            ? [{ label: say('sheet.assumptions'), value: list(project.assumptions) }]
            : []),
        ],
      },
    ],
  };
}

/** The dates that each amendment changed; those that it left as they were are told above. */
function amendedDates({ original, amendments }: ProjectRow): { label: Phrase; date: string | undefined }[] {
  return amendments.flatMap(({ amendment, start, end }, index) => {
    const before = amendments[index - 1] ?? original;
    return [
      ...(start === before.start ? [] : [{ label: say('sheet.amended-start', { amendment }), date: start }]),
      ...(end === before.end ? [] : [{ label: say('sheet.amended-end', { amendment }), date: end }]),
    ];
  });
}
