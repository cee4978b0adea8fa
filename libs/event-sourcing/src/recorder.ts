import { randomBytes } from 'node:crypto';
import { canonical } from './canonical-json.js';
import { today } from './dates.js';
import { fold, type AnyDecider, type Circumstances, type Command } from './decider.js';
import {
  ConcurrencyConflict,
  EventIdReused,
  GuardBroken,
  type EventStore,
  type ExpectedRevision,
  type Guard,
  type TextRow,
} from './event-store.js';
import { bodyTag, SALT_BYTES, textHash } from './leaf.js';
import { commandId, eventId, streamName } from './ids.js';
import { open, type Draft, type Meta, type NewEvent, type StoredEvent } from './message.js';
import { Rejection } from './rejection.js';

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

/** Reads and folds another stream of the same scope (or of the ledger); its revision becomes a guard. */
export type ReadThing = <State>(of: { category: string; initial: State; evolve: object }, id: string) => Promise<State>;

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

/** command -> load stream -> fold -> decide -> events -> store. One for all commands of all slices. */
export class Recorder {
  readonly #bindings = new Map<string, Binding>();

  constructor(
    private readonly store: EventStore,
    private readonly ledgerSecret: Buffer,
    bindings: readonly Binding[],
    private readonly clock: () => Date = () => new Date(),
    private readonly random: (bytes: number) => Buffer = randomBytes,
  ) {
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
    const tag = bodyTag(this.ledgerSecret, canonical({ name, scope: envelope.scope, command }));
    const asked = { name, command, envelope, id, tag };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(asked, binding);
      } catch (fault) {
        if (fault instanceof EventIdReused) return repeated(fault.stored, id, tag);
        const moved = fault instanceof ConcurrencyConflict || fault instanceof GuardBroken;
        if (!moved || attempt === tries) throw fault;
      }
    }
  }

  async #attempt(asked: Asked, { decider, context }: Binding): Promise<Outcome> {
    const { name, command, envelope, id, tag } = asked;
    const stream = streamName(decider.category, command.id);
    const stored = (await this.store.readStreams([stream])).get(stream) ?? [];
    const first = eventId(id, 0);
    if (stored.some((event) => event.id === first)) return repeated(stored, id, tag);
    const revision = standsAt(stored, decider.category, asked);

    const reading = new Reading(this.store, stream, envelope.scope, stored.at(-1)?.position ?? 0n);
    const circumstances: Circumstances = {
      today: today('UTC', this.clock()),
      actor: envelope.actor,
      roles: envelope.roles,
      scope: envelope.scope,
    };
    const bound = context ? await context(command, reading.read, circumstances) : {};
    if (bound.timeZone) circumstances.today = today(bound.timeZone, this.clock());

    const decide = decider.decide[name] as (c: Command, state: unknown, x: object) => readonly Draft[];
    const drafts = decide(command, fold(decider, stored.map(open)), { ...bound, ...circumstances });
    if (drafts.length === 0) {
      if (revision === 'none') throw new Error(`${name} decided nothing about nothing`);
      return { id: command.id, events: [], revision, position: reading.position, code: 'already-so' };
    }
    const { events, texts } = this.#seal(drafts, asked);
    const options = { scope: envelope.scope, guards: reading.guards, texts };
    const appended = await this.store.append(stream, revision, events, options);
    if (appended.repeated) return repeated(appended.events, id, tag);
    return outcome(command.id, appended.events, 'recorded');
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

/** Where the thing's stream stands. Throws where it is another scope's, or not where the caller saw it. */
function standsAt(stored: readonly StoredEvent[], category: string, { command, envelope }: Asked): ExpectedRevision {
  const last = stored.at(-1);
  if (last && last.scope !== envelope.scope) {
    throw new Rejection('unknown-thing', `There is no ${category} ${command.id} here.`);
  }
  const revision = last?.revision ?? 'none';
  if (envelope.ifMatch !== undefined && envelope.ifMatch !== revision) {
    throw new Rejection(staleRevision, `It has changed since: it stands at revision ${revision}.`);
  }
  return revision;
}

/** What one decision reads of other streams: each becomes a guard of its append. */
class Reading {
  readonly guards: Guard[] = [];

  constructor(
    private readonly store: EventStore,
    private readonly own: string,
    private readonly scope: string,
    /** The last position that was read. */
    public position: bigint,
  ) {}

  readonly read: ReadThing = async (of, thing) => {
    const stream = streamName(of.category, thing);
    const events = (await this.store.readStreams([stream])).get(stream) ?? [];
    const last = events.at(-1);
    if (stream !== this.own) this.guards.push({ stream, revision: last?.revision ?? 'none' });
    if (last && last.position > this.position) this.position = last.position;
    // What another project has is as if it were not there.
    const isVisible = !last || last.scope === this.scope || last.scope === 'ledger';
    return isVisible ? fold(of, events.map(open)) : of.initial;
  };
}

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
