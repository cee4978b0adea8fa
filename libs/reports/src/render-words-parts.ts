/** The words of a report's parts, in English: what the builder says of facts and figures. Another language is another such record. */
export const partsEnglish = {
  // ── Data sheet ──
  'sheet.amended-start': 'Start, as amended by {amendment}',
  'sheet.amended-end': 'End, as amended by {amendment}',
  'sheet.time-zone': 'Time zone',
  'sheet.assumptions': 'Assumptions',

  // ── Captions, introductions, notes ──
  'caption.logframe': 'Indicators against their targets',
  'caption.activities': 'Activities by strand and activity of the logframe',
  'caption.trainings': 'Trainings and other events held in the period',
  'caption.participants-organisation': 'Participants by organisation',
  'caption.work-plan': 'The work plan as adopted, in its own {columns} month columns',
  'caption.meetings': 'Coordination meetings by group, in the order of the first date',
  'caption.budget': 'Budget and expenditure by heading',
  'caption.restatements': 'Figures that come to something else now',
  'activities.counted': '{completed} of the {lines} lines of the plan were completed in the period.',
  'trainings.counted': '{held} trainings and other events were held in the period, with {participants} participants.',
  'trainings.none': 'Trainings and other events held in the period: {held}; participants: {participants}.',
  'coordination.none': 'Coordination meetings in the period: {meetings}.',
  'annex.intro':
    'Every figure of this report with the ledger events it is made of, and those left out, with the reason. “No.” is an event’s place in the ledger.',
  'note.progress':
    'Progress is (actual − baseline) / (target − baseline), of what is known at the end of the period. On track: at least 85\u00a0% of what is due by then, in a straight line from the start of the project.',
  'note.maintain': 'Where the target is the baseline there is no way to go: it is kept, or it is not.',
  'note.no-baseline': 'Where no baseline is stated, progress is counted from 0.',
  'note.on-hold-since-not-stated': 'Time on hold is not left out where the day it began is not stated.',
  'note.no-due-date': 'Without a start and an end nothing can be said to be late.',
  'note.unplaced': '{name}: {difference} of the cumulative figure are not placed in one period.',
  'note.training': '{title}: {note}',
  'note.attendance': 'Participants are counted as attendance: a person who came to two events is counted twice.',
  'note.headcount-not-stated': 'Where no headcount is stated, none is counted: it is not zero.',
  'note.links-by-subject':
    'Which activity a line of the plan belongs to, and which result it leads to, is recorded link by link; it is not read off the printed numbers.',
  'note.target-revised': 'Target revised from {from} to {to}{why}: {name}.',
  'note.target-revised-by': ' ({amendment})',
  'note.nothing-before':
    'Where nothing is stated before the period, the cumulative figure holds what was recorded since.',
  'note.spent-recorded':
    'No expenditure is recorded before {date}: “spent since the start” holds what was recorded since.',
  'target.revised': { one: 'revised once', other: 'revised {count} times' },

  // ── Groups ──
  'group.no-strand': 'Of no strand',
  'group.no-lines': 'no line of the plan',
  'group.no-result': 'Of a result that was voided',
  'group.no-logframe-activity': 'Linked to no activity of the logframe',
  'group.not-placed': 'Not placed in this period: the date is not stated or reaches beyond it',
  'strand.numbered': 'Strand {code}: {title}',
  'strand.result': 'Result {result}',
  'strand.result-by-subject': 'Result {result} (linked by subject; the source prints no link)',
  'strand.no-result': 'result not stated',

  // ── Statuses and dates ──
  'line.reason': 'Reason: {why}',
  'status.voided': 'Voided',
  'status.on-hold-with-strand': 'On hold with its strand',
  'dates.since': 'since: {date}',
  'dates.resumed': 'resumed: {date}',
  'dates.planned-for': 'planned for {date}',
  'dates.postponed-to': 'to: {date}',
  'plan.over': '{title}. Its columns end with this reporting period or before it; no later plan is recorded.',
  'plan.agreed-with': 'As agreed with: {who}.',

  // ── Columns ──
  'column.training': 'Training or other event',
  'column.organisation': 'Organisation',
  'column.spent-cumulative': 'Spent since the start',

  // ── Nothing to say ──
  'empty.logframe': 'No result is recorded.',
  'empty.activities': 'No activity is recorded.',
  'empty.trainings':
    'Of this period no training, workshop or other event is recorded with its own dates and participants: they are not stated, which is not zero. Lines of the plan that were completed stand under “Activities”.',
  'empty.work-plan': 'No work plan was adopted.',
  'empty.meetings': 'No coordination meeting is recorded in this period.',
  'empty.budget': 'No budget is recorded.',
  'empty.restatements': 'Every figure of that report comes to the same today.',
  'empty.no-earlier-report': 'No report was submitted before this one.',

  // ── Figures ──
  'figure.before': '{name}: before the period',
  'figure.period': '{name}: this period',
  'figure.cumulative': '{name}: cumulative',
  'figure.unplaced': '{name}: not placed in one period',
  'figure.activities-lines': 'Lines of the plan',
  'figure.activities-completed': 'Lines of the plan completed in the period',
  'figure.trainings-held': 'Trainings and other events held in the period',
  'figure.participants': 'Participants in the period',
  'figure.participants-sex': 'Participants in the period: {sex}',
  'figure.participants-organisation': 'Participants in the period: {organisation}',
  'figure.meetings': 'Coordination meetings in the period',
  'figure.meeting-groups': 'Groups met in the period',
  'figure.budget-sum': 'Sum of the headings',
  'figure.budget-difference': 'Sum of the headings over the printed total',
  'figure.ceiling': 'Ceiling of the indirect costs',
  'figure.ceiling-difference': 'Indirect costs over the ceiling',
  'figure.spent.period': 'Spent in the period: {heading}',
  'figure.spent.cumulative': 'Spent since the start: {heading}',
  'sex.female': 'women',
  'sex.male': 'men',
  'sex.unknown': 'sex unknown',
  'left-out.voided': 'voided',
  'left-out.replaced': 'replaced by a later record',
  'left-out.voided-by': 'voided by event {ordinal}',
  'left-out.replaced-by': 'replaced by event {ordinal}',
  'left-out.not-placed': 'its date is not stated, or is not wholly inside the window',
  'left-out.outside-the-window': 'outside the window',
  'left-out.no-value': 'no headcount is stated',

  // ── Meetings ──
  'meeting.kind.meeting': 'Meeting',
  'meeting.kind.field-visit': 'Field visit',
  'meeting.kind.round-table': 'Round table',
  'meeting.kind.conference': 'Conference',
  'meeting.mode.virtual': 'Virtual',
  'meeting.mode.in-person': 'In person',
  'meeting.mode.hybrid': 'Hybrid',
  'meeting.mode.some-of-each': 'Virtual or in person (which is not stated)',
  'meeting.redacted': '{topic} (a name is blacked out in the source)',

  // ── Budget ──
  'budget.sum': 'Sum of the headings',
  'budget.printed': 'Total as printed ({source})',
  'budget.other': 'Of headings that were voided',
  'budget.printed-unknown': 'Total as printed',
  'flag.ceiling-assumed': 'Ceiling: {rate} of the direct costs, which is an assumption ({source})',
  'flag.ceiling-source': 'Ceiling: {rate} of the direct costs ({source})',

  'flag.total-source': 'Source of the printed total: {source}',

  // ── Restatements ──
  'restatements.against': 'Against the report submitted for {period}, as known at event {ordinal} of the ledger.',
  'restatements.because': 'Event {ordinal}, {type}: {what} ({reason})',
  'restatements.voided': '{name} was voided. The earlier report keeps it.',
  'restatements.redefined':
    '{name} was defined anew (version {from}, now {to}): a break in the series. The earlier report keeps its definition.',
  'reason.none': 'no reason needed',
  'reason.adaptive-management': 'adaptive management',
  'reason.budget-realignment': 'budget realignment',
  'reason.change-of-context': 'change of context',
  'reason.costed-extension': 'costed extension',
  'reason.no-cost-extension': 'no-cost extension',
  'reason.donor-requirement': 'donor requirement',
  'reason.implementation-delay': 'implementation delay',
  'reason.data-quality': 'data quality',
  'reason.recorded-late': 'recorded late',
  'reason.recorded-twice': 'recorded twice',
  'reason.other': 'other',
} as const;
