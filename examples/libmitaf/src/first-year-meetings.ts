import type { RecordMeeting } from '#meetings';
import type { RegisterOrganisation } from '#organisations';
import { stated, type Facts } from './facts.js';
import { id } from './ids.js';
import { lineId } from './first-year-work.js';
import { step, type Step } from './step.js';

/** The first year, from the facts: the dialogue that was attended, and 18 coordination entries in 7 groups. */

export const organisationId = (name: string): string => id('organisation', name);
export const dialogueId = (name: string): string => id('dialogue', name);

// ── Organisations ──

/** Our own reading, printed nowhere; what is not here is `other`. */
const kinds: Record<string, RegisterOrganisation['kind']> = {
  UNHCR: 'international-organisation',
  OCHA: 'international-organisation',
  "UN Resident Coordinator's Office for Libya": 'international-organisation',
  'World Food Programme': 'international-organisation',
  'INTERSOS Libya': 'civil-society-organisation',
};

/** Who invited to the field visit: the report names it in the topic. */
const organiser = 'World Food Programme';

const counterparts = ({ counterpart, counterpart_kind: kind }: Facts['meetings'][number]) =>
  kind === 'framework' ? [counterpart] : counterpart.split('; ');

export function theCounterparts({ meetings }: Facts): Step[] {
  const frameworks = new Set(
    meetings.filter((row) => row.counterpart_kind === 'framework').map((row) => row.counterpart),
  );
  const names = new Set([...meetings.flatMap(counterparts), organiser]);
  return [...names].map((name) =>
    step('officer', 'RegisterOrganisation', name, name, {
      name,
      kind: frameworks.has(name) ? 'coordination-framework' : (kinds[name] ?? 'other'),
    }),
  );
}

// ── Coordination ──

const printed: Record<string, RecordMeeting['kind']> = { 'field visit': 'field-visit', 'round table': 'round-table' };
const modes: Record<string, RecordMeeting['mode']> = {
  virtual: 'virtual',
  'in person': 'in-person',
  // Said of four dates together.
  'some of each': 'some-of-each',
};

/** In the order in which they are printed, which is not that of their dates. */
export function theCoordination({ meetings }: Facts): Step[] {
  return meetings.map((row) => {
    const redacted = row.topic.includes('redacted name');
    const topic = row.topic.replace('with a redacted name; ', '');
    return step(
      'officer',
      'RecordMeeting',
      `coordination ${row.group} ${row.date}`,
      `coordination: ${row.counterpart}, ${row.date}`,
      {
        purpose: 'coordination',
        ...(row.counterpart_kind === 'framework'
          ? { framework: organisationId(row.counterpart) }
          : { organisations: counterparts(row).map(organisationId) }),
        occurredOn: row.date,
        kind: printed[row.kind] ?? 'meeting',
        mode: modes[row.mode],
        place: stated(row.place),
        topic,
        ...(redacted && { redacted: true }),
        ...(topic.includes(organiser) && { organiser: organisationId(organiser) }),
      },
    );
  });
}

// ── Dialogues ──

export const khartoum = 'Khartoum Process';

/** Line 15 of the plan, by its footnote: the one dialogue that delegates attended in the first year. */
export function theDialogue({ workplan, footnotes }: Facts): Step[] {
  const line = workplan.find((row) => row.footnotes === '51');
  const footnote = footnotes.find((row) => row.footnote === '51');
  if (!line || !footnote) throw new Error('the facts tell of no dialogue that was attended');
  return [
    step('officer', 'RegisterDialogue', khartoum, khartoum, { title: khartoum, level: 'international' }),
    step('officer', 'RecordMeeting', `dialogue ${footnote.date}`, `dialogue attended: ${footnote.subject}`, {
      purpose: 'dialogue',
      dialogue: dialogueId(khartoum),
      activity: lineId(line.row),
      title: footnote.subject,
      occurredOn: footnote.date,
      kind: 'meeting',
      attended: true,
    }),
  ];
}
