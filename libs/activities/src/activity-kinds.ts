/** What an activity is. Old names stay for ever; a new kind is a line here and one in the table below. */
export const activityKinds = [
  'logframe-activity',
  'training',
  'workshop',
  'study-visit',
  'conference',
  'individual-support',
  'policy-support',
  'dialogue-preparation',
  'dialogue-accompaniment',
  'steering-committee',
  'coordination-meeting',
  'launch',
  'development',
  'closing',
  'other',
  'training-of-trainers',
  'mission',
  'consultation',
  'dialogue',
  'study',
  'equipment',
  'works',
  'grant',
  'campaign',
  'course',
] as const;
export type ActivityKind = (typeof activityKinds)[number];

/**
 * `when`: the date that it is planned for, or was completed on. `where`: its places, or where it was completed.
 * `with-whom`: the organisations that it is with or for.
 */
export type WantedField = 'when' | 'where' | 'with-whom';

/** What a reader expects to be told of each kind. Where it is not stated the register says so; nothing is refused. */
const wanted: Record<ActivityKind, readonly WantedField[]> = {
  'logframe-activity': [],
  training: ['when', 'where'],
  workshop: ['when', 'where'],
  'study-visit': ['when', 'where'],
  conference: ['when', 'where'],
  'individual-support': ['with-whom'],
  'policy-support': ['with-whom'],
  'dialogue-preparation': ['when', 'where'],
  'dialogue-accompaniment': ['when', 'where'],
  'steering-committee': ['when'],
  'coordination-meeting': ['when'],
  launch: ['when', 'where'],
  development: [],
  closing: ['when'],
  other: [],
  'training-of-trainers': ['when', 'where'],
  mission: ['when', 'where'],
  consultation: ['when', 'with-whom'],
  dialogue: ['when', 'with-whom'],
  study: ['when'],
  equipment: ['where', 'with-whom'],
  works: ['when', 'where', 'with-whom'],
  grant: ['with-whom'],
  campaign: ['when', 'where'],
  course: ['when', 'where'],
};

/** What is known of an activity, as far as kinds ask for it. */
export interface Told {
  kind: ActivityKind;
  plannedFor?: string;
  postponedTo?: string;
  places?: readonly string[];
  organisations?: readonly string[];
  completed?: { occurredOn?: string; place?: string; country?: string };
}

/** What its kind wants and nobody stated; undefined where nothing is missing. */
export function notStatedOf(told: Told): WantedField[] | undefined {
  const { completed } = told;
  const stated: Record<WantedField, unknown> = {
    // Of what is completed the day that it was meant for says nothing any more.
    when: completed ? completed.occurredOn : (told.postponedTo ?? told.plannedFor),
    where: told.places ?? completed?.place ?? completed?.country,
    'with-whom': told.organisations,
  };
  const missing = wanted[told.kind].filter((field) => stated[field] === undefined);
  return missing.length > 0 ? missing : undefined;
}
