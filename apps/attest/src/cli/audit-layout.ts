import type { HistoryItem, ToldEvent } from '#audit';
import type { FigureAnswer } from '#indicators';
import type { ReportFigure } from '#reports';
import { clock, count, type Terminal } from './terminal.js';

/** How the log, histories and figures look to people. */

/** Of a free text beside its hash, as HTTP answers it. */
type Why = { code: string; text?: string } | null;

/** The names of actors, as far as they are known. */
export type Names = ReadonlyMap<string, string>;

const spoken = (code: string) => code.replaceAll('-', ' ');

export function tellEvent(told: ToldEvent & { sentence: string }, names: Names, io: Terminal): void {
  const { ordinal, recordedAt, sentence, ...event } = told;
  const { category, thing, revision, actor, roles, id } = event;
  const place = String(ordinal).padStart(8);
  io.say(`${io.paint('bold', place)}  ${clock(recordedAt)}  ${sentence}`);
  const detail = `${category} ${thing}, revision ${revision}, by ${names.get(actor) ?? actor} (${roles.join(', ')}), event ${id}`;
  io.say(io.paint('dim', `${' '.repeat(10)}${detail}`));
}

export function tellHistory(items: readonly (HistoryItem & { reason: Why })[], names: Names, io: Terminal): void {
  for (const { ordinal, recordedAt, type, actor, reason, changes } of items) {
    io.say(
      `${io.paint('bold', String(ordinal).padStart(8))}  ${clock(recordedAt)}  ${io.paint('bold', type)}  by ${names.get(actor) ?? actor}`,
    );
    for (const change of changes) io.say(`${' '.repeat(10)}${change}`);
    if (reason) io.say(`${' '.repeat(10)}${io.paint('cyan', `Why: ${whyOf(reason)}`)}`);
  }
}

const whyOf = ({ code, text }: NonNullable<Why>) => `${spoken(code)}: ${text ?? '[redacted]'}`;

/** A figure of an indicator, or of a submitted report. */
export type Figure = FigureAnswer | ReportFigure;
type Entry = Pick<Figure['entries'][number], 'ordinal' | 'eventId' | 'type' | 'recordedAt' | 'title' | 'occurredOn'> & {
  value: string | null;
};

/** A tree: the value, what adds up to it, and what was left out, with the reason. */
export function tellFigure(figure: Figure, io: Terminal): void {
  const name = 'name' in figure ? figure.name : figure.title;
  const value = 'printed' in figure ? figure.printed : `${figure.value ?? spoken(figure.state)} ${figure.unit}`;
  io.say(`${name}: ${io.paint('bold', value)}`);
  io.say(io.paint('dim', `${measured(figure.measure)}, ${windowOf(figure)}, as known at event ${count(figure.asOf)}`));
  branches(figure.entries, io);
  if (figure.entries.length === 0) io.say('└─ No event comes to it.');
  if (figure.leftOut.length === 0) return;
  io.say(`Left out: ${count(figure.leftOut.length)}`);
  const ordinals = new Map([...figure.entries, ...figure.leftOut].map(({ eventId, ordinal }) => [eventId, ordinal]));
  const named = (by: string) => (ordinals.has(by) ? `${count(ordinals.get(by)!)} (${by})` : by);
  branches(figure.leftOut, io, ({ reason, by }) => ` (${spoken(reason)}${by ? ` by event ${named(by)}` : ''})`);
}

/** `sum@1` -> `sum (definition 1)`. */
function measured(measure: string | null): string {
  const [, name, version] = /^(.+)@(\d+)$/.exec(measure ?? '') ?? [];
  return name === undefined ? (measure ?? 'computed') : `${spoken(name)} (definition ${version})`;
}

function branches<E extends Entry>(
  entries: readonly E[],
  io: Terminal,
  because: (entry: E) => string = () => '',
): void {
  const width = Math.max(0, ...entries.map(({ value }) => (value ?? '').length));
  entries.forEach((entry, index) => {
    const isLast = index === entries.length - 1;
    const value = width === 0 ? '' : `${io.paint('bold', (entry.value ?? '').padStart(width))}  `;
    const when = entry.occurredOn ?? 'no date stated';
    io.say(`${isLast ? '└─' : '├─'} ${value}${when}  ${entry.title}${because(entry)}`);
    const recorded = `${entry.type}, event ${count(entry.ordinal)} (${entry.eventId}), recorded ${clock(entry.recordedAt)}`;
    io.say(io.paint('dim', `${isLast ? ' ' : '│'}  ${' '.repeat(width === 0 ? 0 : width + 2)}${recorded}`));
  });
}

/** Without a last day HTTP says the end of time. */
const endless = '9999-12-31';

function windowOf({ window: { from, to } }: Figure): string {
  const last = to === endless ? null : to;
  if (from && last) return `${from} to ${last}`;
  if (last) return `up to ${last}`;
  return from ? `from ${from} on` : 'over all time';
}
