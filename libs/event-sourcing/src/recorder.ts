import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { canonical } from './canonical-json.js';
import { today } from './time-zones.js';
import type { AnyDecider, Circumstances, Command } from './decider.js';
import {
  ConcurrencyConflict,
  EventIdReused,
  GuardBroken,
  StoreBusy,
  StoreUnavailable,
  type EventStore,
  type ExpectedRevision,
  type TextRow,
} from './event-store.js';
import { bodyTag, SALT_BYTES, textHash } from './leaf.js';
import { commandId, eventId, streamName } from './ids.js';
import type { Draft, Meta, NewEvent, StoredEvent } from './message.js';
import { Rejection } from './rejection.js';
import { Reading, Standings, type ReadThing, type Standing } from './standings.js';

/** Who asks, under which key, about what scope. Everything that is not in the command itself. */
export interface CommandEnvelope {
  actor: string;
  roles: readonly string[];
  /** A project's id, or `ledger`. */
  scope: string;
  idempotencyKey: string;
  /** The revision that the caller saw; without it a conflict is decided again. */
  ifMatch?: number;
  correlationId: string;
  causationId?: string;
}

/** The answer to a command, derived from stored events alone. */
export interface Outcome {
  id: string;
  events: { id: string; type: string }[];
  /** Of the thing's stream. */
  revision: number;
  position: bigint;
  code: 'recorded' | 'already-recorded' | 'already-so';
}

/** What a decision needs of other streams: bound by the catalogue, so that slices need not know one another. */
export type ContextOf = (
  command: Command,
  read: ReadThing,
  circumstances: Circumstances,
) => Promise<{ timeZone?: string } & Record<string, unknown>>;

export interface Binding {
  decider: AnyDecider;
  context?: ContextOf;
}

/** Why a repeat is refused: the same key came with another body. */
export const sameKeyOtherBody = 'same-key-other-body';
/** Why a command with If-Match is refused: the thing has changed since. */
export const staleRevision = 'stale-revision';

const tries = 8;
const schemaVersion = 1;

/**
 * command -> load stream -> fold -> decide -> events -> store. One for all commands of all slices. The first try decides
 * on what is remembered of the streams. If they have moved since, the append's guards refuse it, and it is decided again
 * on what is read anew; so is whatever the first try would refuse.
 */
export class Recorder {
  readonly #bindings = new Map<string, Binding>();
  readonly #standings: Standings;
  readonly #secret: KeyObject;

  constructor(
    private readonly store: EventStore,
    ledgerSecret: Buffer,
    bindings: readonly Binding[],
    private readonly clock: () => Date = () => new Date(),
    private readonly random: (bytes: number) => Buffer = randomBytes,
  ) {
    this.#standings = new Standings(store);
    this.#secret = createSecretKey(ledgerSecret);
    for (const binding of bindings) {
      for (const name of Object.keys(binding.decider.commands)) {
        if (this.#bindings.has(name)) throw new Error(`two deciders take the command ${name}`);
        this.#bindings.set(name, binding);
      }
    }
  }

  /** Throws `Rejection` (a rule), or what the store throws. Nothing is half-written. */
  async record(command: Command, envelope: CommandEnvelope): Promise<Outcome> {
    const name = command.constructor.name;
    const binding = this.#bindings.get(name);
    if (!binding) throw new Error(`no decider takes the command ${name}`);
    const id = commandId(envelope.actor, envelope.idempotencyKey);
    const tag = bodyTag(this.#secret, canonical({ name, scope: envelope.scope, command }));
    const asked = { name, command, envelope, id, tag };
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(asked, binding, attempt === 0);
      } catch (fault) {
        if (fault instanceof EventIdReused) return repeated(fault.stored, id, tag);
        const moved = fault instanceof ConcurrencyConflict || fault instanceof GuardBroken;
        if (!(moved || (attempt === 0 && mayLookOtherwise(fault))) || attempt === tries) throw fault;
      }
    }
  }

  async #attempt(asked: Asked, { decider, context }: Binding, fromMemory: boolean): Promise<Outcome> {
    const { name, command, envelope, id, tag } = asked;
    const stream = streamName(decider.category, command.id);
    const stood = fromMemory ? this.#recall(decider, stream) : await this.#standings.read(decider, command.id);
    if (stood.events && holds(stood.events, eventId(id, 0))) return repeated(stood.events, id, tag);
    const revision = standsAt(stood, decider.category, asked);

    const reading = new Reading(this.#standings, fromMemory, stream, envelope.scope);
    const circumstances: Circumstances = {
      today: today('UTC', this.clock()),
      actor: envelope.actor,
      roles: envelope.roles,
      scope: envelope.scope,
    };
    const bound = context ? await context(command, reading.read, circumstances) : {};
    if (bound.timeZone) circumstances.today = today(bound.timeZone, this.clock());

    const decide = decider.decide[name] as (c: Command, state: unknown, x: object) => readonly Draft[];
    const drafts = decide(command, stood.state, { ...bound, ...circumstances });
    if (drafts.length === 0) {
      if (fromMemory) throw new OutOfDate();
      if (revision === 'none') throw new Error(`${name} decided nothing about nothing`);
      const position = reading.position > stood.position ? reading.position : stood.position;
      return { id: command.id, events: [], revision, position, code: 'already-so' };
    }
    const { events, texts } = this.#seal(drafts, asked);
    const redactions = drafts.flatMap(({ redacts = [] }) => redacts);
    const options = { scope: envelope.scope, guards: reading.guards, texts, redactions };
    const appended = await this.store.append(stream, revision, events, options);
    if (appended.repeated) return repeated(appended.events, id, tag);
    this.#standings.extend(decider, stood, appended.events);
    return outcome(command.id, appended.events, 'recorded');
  }

  /** What is not remembered is most often new. If it is not, the append says so. */
  #recall(decider: AnyDecider, stream: string): Standing {
    const nothing = { revision: 'none', position: 0n, scope: undefined, state: decider.initial as unknown } as const;
    return this.#standings.recall(decider, stream) ?? nothing;
  }

  /** Gives ids, metadata and canonical form; free texts go to the vault and leave their hash behind. */
  #seal(drafts: readonly Draft[], { command, envelope, id, tag }: Asked) {
    const texts: TextRow[] = [];
    const apart = (event: string, pointer: string, text: string) => {
      const salt = this.random(SALT_BYTES);
      const hash = textHash(salt, text);
      texts.push({ eventId: event, pointer, text, salt, textHash: hash });
      return { textHash: hash };
    };
    const reason = (command as { reason?: { code: string; text: string } }).reason;
    const events = drafts.map((draft, index): NewEvent => {
      const event = eventId(id, index);
      const data: Record<string, unknown> = { ...draft.data };
      for (const [field, text] of Object.entries(draft.texts ?? {})) {
        if (text !== undefined) data[field] = apart(event, `/data/${field}`, text as string);
      }
      const meta: Meta = {
        actor: envelope.actor,
        roles: [...envelope.roles],
        commandId: id,
        bodyTag: tag,
        correlationId: envelope.correlationId,
        causationId: envelope.causationId,
        reason: reason && { code: reason.code, ...apart(event, '/meta/reason', reason.text) },
      };
      return { id: event, type: draft.type, schema: schemaVersion, data: canonical(data), meta: canonical(meta) };
    });
    return { events, texts };
  }
}

/** One command as it was asked, with its id and the tag of its body. */
interface Asked {
  name: string;
  command: Command;
  envelope: CommandEnvelope;
  id: string;
  tag: string;
}

/** What is remembered gives no answer that could be trusted. */
class OutOfDate extends Error {}

/** What was decided, or went wrong, may look otherwise once the streams are read; what the engine cannot take now may not. */
const mayLookOtherwise = (fault: unknown) => !(fault instanceof StoreUnavailable || fault instanceof StoreBusy);

/** Where the thing's stream stands. Throws where it is another scope's, or not where the caller saw it. */
function standsAt(stood: Standing, category: string, { command, envelope }: Asked): ExpectedRevision {
  const { revision, scope } = stood;
  if (scope !== undefined && scope !== envelope.scope) {
    throw new Rejection('unknown-thing', `There is no ${category} ${command.id} here.`);
  }
  if (envelope.ifMatch !== undefined && envelope.ifMatch !== revision) {
    throw new Rejection(staleRevision, `It has changed since: it stands at revision ${revision}.`);
  }
  return revision;
}

const holds = (events: readonly StoredEvent[], wanted: string) => events.some((event) => event.id === wanted);

/** The first answer again, from what the first command stored; another body under its key is refused. */
function repeated(stream: readonly StoredEvent[], id: string, tag: string): Outcome {
  const own = stream.filter((event) => (JSON.parse(event.meta) as Meta).commandId === id);
  const first = own[0];
  if (!first || (JSON.parse(first.meta) as Meta).bodyTag !== tag) {
    throw new Rejection(
      sameKeyOtherBody,
      'This Idempotency-Key was used before with another body. Send the first body again, or use a new key.',
    );
  }
  return outcome(first.stream.slice(-36), own, 'already-recorded');
}

function outcome(id: string, events: readonly StoredEvent[], code: Outcome['code']): Outcome {
  const last = events.at(-1) as StoredEvent;
  return {
    id,
    events: events.map((event) => ({ id: event.id, type: event.type })),
    revision: last.revision,
    position: last.position,
    code,
  };
}
