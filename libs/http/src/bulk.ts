import type { CommandBus } from '@nestjs/cqrs';
import {
  commandId,
  ConcurrencyConflict,
  GuardBroken,
  isUuid,
  StoreUnavailable,
  type CommandClass,
} from '#event-sourcing';
import type { Command, CommandEnvelope, Outcome } from '#event-sourcing';
import { check, type Access } from './access.js';
import type { Line } from './bulk-lines.js';
import { send } from './commands.js';
import { checkKey } from './headers.js';
import { parseJson } from './json-body.js';
import { notNow, Problem, problemOf, type Fault } from './problem.js';
import { EVERY_PROJECT, LEDGER, rolesIn, type Actor } from './roles.js';
import type { CommandSpec, ThingSpec } from './thing-controller.js';
import { asObject, readCommand } from './validation.js';

/** Bytes of one line. */
export const LONGEST_LINE = 256 * 1024;

/** The answer to one line, itself one line. `problem`, where nothing was recorded, says why. */
export type LineAnswer = { line: number; key: string | null } & (
  | (Omit<Outcome, 'code' | 'position'> & { status: Outcome['code']; position: string })
  | { status: 'refused' | 'conflict' | 'not-now'; problem: { code: string; detail: string; errors: readonly Fault[] } }
);

/** Commands by their name, as the slices' specifications say who may send them about what. */
export class CommandSpecs {
  readonly #found = new Map<string, { of: CommandClass; thing: ThingSpec; command: CommandSpec }>();

  constructor(things: readonly ThingSpec[]) {
    for (const thing of things) {
      for (const [name, command] of Object.entries(thing.commands)) {
        this.#found.set(name, { of: thing.decider.commands[name] as CommandClass, thing, command });
      }
    }
  }

  /** Throws Problem 400. */
  named(name: unknown) {
    const found = typeof name === 'string' ? this.#found.get(name) : undefined;
    if (found) return found;
    throw wrong('command', 'unknown-command', 'command takes the name of a command, as /docs calls it.');
  }
}

/** Who sends a bulk, to which scope. */
export interface Sender {
  actor: Actor;
  /** Of the path; undefined: the ledger. */
  project: string | undefined;
  correlationId: string;
  /** Throws once the token holds no longer. */
  stillHolds(): Promise<void>;
}

/** A line that was understood. */
interface Step {
  line: number;
  command: Command;
  envelope: CommandEnvelope;
  /** Ids that stand in the line. */
  mentions: readonly string[];
  isInOrder: boolean;
}

const FIELDS = ['key', 'command', 'id', 'ifMatch', 'body'];
const IDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * The commands of one bulk. A line waits for the earlier ones that write what it mentions, or that hold for all; the
 * others go on beside it. Nothing of a line that is refused keeps the rest from being recorded.
 */
export class Bulk {
  /** What is being written: by id, by the last line that writes it. */
  readonly #writing = new Map<string, Promise<LineAnswer>>();
  readonly #underWay = new Set<Promise<LineAnswer>>();
  #inOrder: Promise<LineAnswer> | undefined;
  #unavailable: Problem | undefined;

  constructor(
    private readonly bus: CommandBus,
    private readonly specs: CommandSpecs,
    private readonly sender: Sender,
    private readonly log: (fault: unknown) => void,
  ) {}

  /** To be called in the order of the lines. Never rejects; once `signal` is aborted nothing more is begun. */
  record(line: Line, signal: AbortSignal): Promise<LineAnswer> {
    let key: string | null = null;
    try {
      const text = textOf(line);
      const given = asObject(parseJson(text, 'This line'));
      if (typeof given.key === 'string') key = given.key;
      const step = this.#read(line.number, given, text);
      const answer = this.#after(this.#before(step), step, signal);
      this.#follow(step, answer);
      return answer;
    } catch (fault) {
      return Promise.resolve(this.#refusal(line.number, key, fault));
    }
  }

  #read(line: number, given: Record<string, unknown>, text: Buffer): Step {
    const unknown = Object.keys(given).find((name) => !FIELDS.includes(name));
    if (unknown) throw wrong(unknown, 'unknown-field', `A line has the fields ${FIELDS.join(', ')}.`);
    const { actor, project, correlationId } = this.sender;
    const { of, thing, command: spec } = this.specs.named(given.command);
    const idempotencyKey = keyOf(given.key);
    const id = idOf(given.id, spec.creates ?? false);
    const otherwise = spec.creates ? commandId(actor.id, idempotencyKey) : undefined;
    const command = readBody(of, given.body, { ofPath: id, otherwise });
    const scope = this.#scopeOf(thing, of.name, command.id);
    const access: Exclude<Access, 'anonymous'> = { scope: thing.scope, role: spec.role, everywhere: spec.everywhere };
    check(actor, access, { project, ...(thing.scope === 'self' && !spec.creates && { id: command.id }) });
    const envelope = {
      actor: actor.id,
      roles: rolesIn(actor, thing.scope === 'self' && spec.creates ? EVERY_PROJECT : scope),
      scope,
      idempotencyKey,
      ifMatch: revisionOf(given.ifMatch),
      correlationId,
    };
    const mentions = [...new Set(text.toString('latin1').match(IDS)), command.id];
    return { line, command, envelope, mentions, isInOrder: thing.inOrder ?? false };
  }

  /** Throws Problem 400 for what belongs to another path. */
  #scopeOf({ scope, things }: ThingSpec, name: string, id: string): string {
    const { project } = this.sender;
    if (scope === 'project' && project !== undefined) return project;
    if (scope === 'ledger' && project === undefined) return LEDGER;
    if (scope === 'self' && (project ?? id) === id) return id;
    const right = scope === 'project' ? '/v1/projects/{project}/commands' : '/v1/commands';
    throw wrong('command', 'wrong-scope', `${name} is about ${things}: send it to ${right}.`);
  }

  #before({ mentions, isInOrder }: Step): Promise<LineAnswer[]> {
    const named = mentions.flatMap((id) => this.#writing.get(id) ?? []);
    return Promise.all(isInOrder ? this.#underWay : this.#inOrder ? [...named, this.#inOrder] : named);
  }

  #follow({ command: { id }, isInOrder }: Step, answer: Promise<LineAnswer>): void {
    this.#underWay.add(answer);
    this.#writing.set(id, answer);
    if (isInOrder) this.#inOrder = answer;
    void answer.then(() => {
      this.#underWay.delete(answer);
      if (this.#writing.get(id) === answer) this.#writing.delete(id);
      if (this.#inOrder === answer) this.#inOrder = undefined;
    });
  }

  async #after(before: Promise<LineAnswer[]>, step: Step, signal: AbortSignal): Promise<LineAnswer> {
    const { line, command, envelope } = step;
    const key = envelope.idempotencyKey;
    try {
      const earlier = (await before).find(({ status }) => status === 'not-now');
      if (earlier) throw notNow(`Line ${earlier.line}, which comes before it, was not recorded now.`, 'after-not-now');
      if (this.#unavailable) throw this.#unavailable;
      if (signal.aborted) throw notNow('The connection is gone.');
      await this.sender.stillHolds();
      const { code, position, ...outcome } = await send(this.bus, command, envelope);
      return { line, key, status: code, ...outcome, position: String(position) };
    } catch (fault) {
      // The lines to come are answered at once, not after a time-out each.
      if (fault instanceof StoreUnavailable) this.#unavailable = problemOf(fault);
      return this.#refusal(line, key, fault);
    }
  }

  #refusal(line: number, key: string | null, fault: unknown): LineAnswer {
    const problem = problemOf(fault);
    const { status, code, message, errors } = problem;
    if (status === 500) this.log(fault);
    const isMoved = fault instanceof ConcurrencyConflict || fault instanceof GuardBroken;
    const detail = isMoved ? `${message} It was ${fault.stream} that changed.` : message;
    // What a rule or the store refuses has its pointer into the command: here that is a part of the line.
    const found = fault instanceof Problem ? errors : withinBody(errors);
    return { line, key, status: statusOf(problem), problem: { code, detail, errors: found } };
  }
}

/** Of a line: a conflict is with what others recorded, or with what this key recorded before. */
function statusOf({ status, code }: Problem): 'refused' | 'conflict' | 'not-now' {
  if (status >= 500 || status === 429) return 'not-now';
  return status === 412 || code === 'conflict' || code === 'same-key-other-body' ? 'conflict' : 'refused';
}

// ── The fields of a line ──

function wrong(field: string, code: string, detail: string): Problem {
  return new Problem(400, 'invalid-line', detail, [{ pointer: `/${field}`, code, detail }]);
}

function textOf(line: Line): Buffer {
  if ('text' in line) return line.text;
  if (line.fault === 'too-many') {
    throw new Problem(
      413,
      'too-many-lines',
      `It and the lines after it were not looked at: send them in another request.`,
    );
  }
  throw new Problem(413, 'too-large', `A line has at most ${LONGEST_LINE / 1024} KiB.`);
}

function keyOf(key: unknown): string {
  if (typeof key === 'string') return checkKey(key, 'key');
  const detail = 'key is missing: a text of your own for each line; sent again with the same one, it is recorded once.';
  throw wrong('key', 'missing', detail);
}

function idOf(id: unknown, mayBeMissing: boolean): string | undefined {
  if (isUuid(id) || (id === undefined && mayBeMissing)) return id;
  if (id !== undefined) throw wrong('id', 'is-id', 'id must be a UUID in lower case.');
  throw wrong('id', 'missing', 'id is missing: it names what the command is about.');
}

function revisionOf(revision: unknown): number | undefined {
  if (revision === undefined) return undefined;
  if (typeof revision === 'number' && Number.isSafeInteger(revision) && revision >= 0) return revision;
  throw wrong('ifMatch', 'is-revision', 'ifMatch takes the revision of an answer, such as 3.');
}

/** Pointers lead into the line. */
function readBody(of: CommandClass, body: unknown, id: { ofPath?: string; otherwise?: string }): Command {
  try {
    return readCommand(of, body, id);
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    throw new Problem(fault.status, fault.code, fault.message, withinBody(fault.errors));
  }
}

const withinBody = (errors: readonly Fault[]) =>
  errors.map((error) => ({ ...error, pointer: `/body${error.pointer}` }));
