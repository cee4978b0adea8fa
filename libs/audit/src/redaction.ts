import { Matches, MaxLength } from 'class-validator';
import {
  decider,
  HasReason,
  IsId,
  rejecting,
  type Binding,
  type Event,
  type Reason,
  type TextPlace,
} from '#event-sourcing';

// ── Commands ──

/** Destroys a free text of a thing of a project: `id` is the thing. Its hash stays; nobody gets the text back. */
export class RedactText {
  @IsId() id!: string;
  /** The event that has the text. */
  @IsId() event!: string;
  /** Where in the event, as a JSON Pointer: `/data/note`, `/meta/reason`. */
  @MaxLength(200)
  @Matches(/^\/(data|meta)(\/[^/]+)+$/, {
    message: '$property must be a JSON Pointer such as /data/note or /meta/reason',
  })
  pointer!: string;
  @HasReason() reason!: Reason;
}

/** The same of a thing that is private to no project, such as an organisation. */
export class RedactLedgerText extends RedactText {}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type RedactionData = {
  /** The event that had the text. */
  event: string;
  /** JSON Pointer into `{ data, meta }` of it. */
  pointer: string;
  /** What is left of the text: the event keeps it for ever, so that its own hash holds. */
  textHash: string;
};

export type RedactionEvent = { type: 'TextRedacted'; data: RedactionData };

// ── State: only what the rules ask for ──

/** The places of a thing's texts that were destroyed. */
export interface Redactions {
  places: ReadonlySet<string>;
}

/** What the rules need: every event of the thing, in whatever stream of its id, redactions included. */
export interface RedactionContext {
  events: readonly Event[];
}

// ── Rules ──

const rejections = {
  'unknown-thing': 'There is no such thing here.',
  'unknown-event': 'The thing has no such event.',
  'no-text-there': 'The event has no free text there.',
} as const;
const reject = rejecting(rejections);

export const redaction = decider<Redactions, RedactionEvent, RedactionContext>()({
  category: 'redaction',
  commands: { RedactText, RedactLedgerText },
  rejections,
  initial: { places: new Set() },

  decide: {
    RedactText: (command, state, context) =>
      redacted(command, state, context).map((data) => ({ type: 'TextRedacted', data, redacts: [placeOf(data)] })),
    RedactLedgerText: (command, state, context) =>
      redacted(command, state, context).map((data) => ({ type: 'TextRedacted', data, redacts: [placeOf(data)] })),
  },

  evolve: {
    TextRedacted: ({ places }, { event, pointer }) => ({ places: new Set([...places, nameOf(event, pointer)]) }),
  },
});

/** What is destroyed: nothing, where it is so already. */
function redacted(
  { event: id, pointer }: RedactText,
  { places }: Redactions,
  { events, scope }: RedactionContext & { scope: string },
): RedactionData[] {
  if (places.has(nameOf(id, pointer))) return [];
  // What the ledger has is seen from every project, and redacted from none.
  const own = events.filter((event) => event.scope === scope);
  if (own.length === 0) return reject('unknown-thing');
  const event = own.find((one) => one.id === id);
  if (!event) return reject('unknown-event', undefined, '/event');
  const textHash = textHashAt(event, pointer);
  if (textHash === undefined)
    return reject('no-text-there', `It has: ${textsOf(event).join(', ') || 'none'}.`, '/pointer');
  return [{ event: id, pointer, textHash }];
}

const nameOf = (event: string, pointer: string) => `${event} ${pointer}`;
const placeOf = ({ event, pointer }: RedactionData): TextPlace => ({ eventId: event, pointer });

// ── Free texts of an event ──

function textHashAt({ data, meta }: Event, pointer: string): string | undefined {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const found = keys.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    { data, meta },
  );
  return hashOf(found);
}

/** The places of its free texts: fields of the data, and the reason. */
export const textsOf = ({ data, meta }: Pick<Event, 'data' | 'meta'>): string[] => [
  ...Object.entries(data as object).flatMap(([field, value]) => (hashOf(value) ? [`/data/${field}`] : [])),
  ...(meta.reason ? ['/meta/reason'] : []),
];

const hashOf = (value: unknown): string | undefined => {
  const { textHash } = (value ?? {}) as { textHash?: unknown };
  return typeof textHash === 'string' ? textHash : undefined;
};

// ── What it is bound to ──

/** A redaction reads every stream of its thing: those of all categories, and its own. */
export const redactionOf = (categories: readonly string[]): Binding => ({
  decider: redaction,
  context: async ({ id }, read) => {
    const streams = await Promise.all(
      [...categories, redaction.category].map((category) => read(eventsOf(category), id)),
    );
    return { events: streams.flat() };
  },
});

/** A fold that keeps the events as they are, whatever their types. */
export const eventsOf = (category: string) => ({
  category,
  initial: [] as readonly Event[],
  evolve: new Proxy({}, { get: () => (events: readonly Event[], _: unknown, event: Event) => [...events, event] }),
});
