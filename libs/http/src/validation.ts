import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, ValidationTypes, type ValidationError } from 'class-validator';
import { findBadText, MAX_DEPTH, toPointer, type Command, type CommandClass } from '#event-sourcing';
import { invalidBody, MOST_FAULTS, type Fault } from './problem.js';

/** Keys through which a careless copy would change a prototype. No command has such fields. */
const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype'];

/**
 * The command that a body states: the body, with the path's id merged in, as an instance of the command's class.
 * Throws Problem 400 with every fault. `id`: of the path, else of the command, when the body has none of its own.
 */
export function readCommand(of: CommandClass, body: unknown, id: { ofPath?: string; otherwise?: string }): Command {
  const plain = asObject(body ?? {});
  return checked(of, { ...plain, id: checkId(plain, id) });
}

/** A body that is no command, as an instance of its class. Throws Problem 400 with every fault. */
export function readBody<T extends object>(of: new () => T, body: unknown): T {
  return checked(of, asObject(body ?? {}));
}

function checked<T extends object>(of: new () => T, plain: Record<string, unknown>): T {
  const made = plainToInstance(of, plain);
  const errors = validateSync(made, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  // One more than is told, as each costs a sentence.
  const found = errors.slice(0, MOST_FAULTS + 1).flatMap((error) => faultsOf(error, []));
  const faults = [
    ...found,
    ...leaks(made, []).filter(({ pointer }) => !found.some((fault) => fault.pointer === pointer)),
  ];
  if (faults.length > 0) throw invalidBody(faults);
  return made;
}

/** Throws Problem 400 for what is no object, or holds what no body may. */
export function asObject(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidBody([{ pointer: '', code: 'not-an-object', detail: 'The body must be a JSON object: { … }.' }]);
  }
  const bad = findBadText(body);
  if (bad) throw invalidBody([{ pointer: bad.pointer, code: bad.fault, detail: badTexts[bad.fault] }]);
  const strange = strangeParts(body);
  if (strange.length > 0) throw invalidBody(strange);
  return body as Record<string, unknown>;
}

const badTexts = {
  nul: 'This text holds the character U+0000, which no store can keep.',
  'lone-surrogate': 'This text holds half a character (a lone surrogate): it was cut in the middle of one.',
  'too-deep': `This is nested deeper than ${MAX_DEPTH} levels.`,
};

/** Items of a list, names of an object, and values of a body: no command takes more, and each costs its checks. */
export const MOST_IN_LIST = 1_000;
const MOST_NAMES = 100;
const MOST_VALUES = 20_000;

/** Short, as the sentence is for people: the pointer has all of it. */
const nameOf = (path: readonly string[]) => path.at(-1)!.slice(0, 80).toWellFormed();

function strangeParts(body: object): Fault[] {
  let values = 0;
  const within = (value: unknown, path: readonly string[]): Fault[] => {
    if (typeof value !== 'object' || value === null || values > MOST_VALUES) return [];
    const entries = Object.entries(value);
    values += entries.length;
    const [most, what] = Array.isArray(value) ? [MOST_IN_LIST, 'items'] : [MOST_NAMES, 'fields'];
    if (entries.length > most) return [tooMany(path, most, what)];
    return entries.flatMap(([key, item]) =>
      PROTOTYPE_KEYS.includes(key) ? [unknownField(key, [...path, key])] : within(item, [...path, key]),
    );
  };
  const found = within(body, []);
  return values > MOST_VALUES ? [tooMany([], MOST_VALUES, 'values')] : found;
}

const tooMany = (path: readonly string[], most: number, what: string): Fault => ({
  pointer: toPointer(path),
  code: 'too-many',
  detail: `${path.length === 0 ? 'The body' : nameOf(path)} has at most ${most} ${what}.`,
});

function checkId(plain: Record<string, unknown>, id: { ofPath?: string; otherwise?: string }): unknown {
  const own = plain.id;
  const { ofPath } = id;
  if (ofPath === undefined) return own ?? id.otherwise;
  if (own === undefined || own === ofPath) return ofPath;
  const detail = `The body says another id than the path, which is ${ofPath}: leave it out of the body.`;
  throw invalidBody([{ pointer: '/id', code: 'id-differs', detail }]);
}

// ── What class-validator finds ──

function faultsOf(error: ValidationError, above: readonly string[]): Fault[] {
  const path = [...above, error.property];
  const own = ownFaults(error, path);
  // Of what is no list at all, the items are no matter.
  if (own.some(({ code }) => code === 'is-array')) return own;
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}

function ownFaults({ constraints = {}, value, property, target }: ValidationError, path: readonly string[]): Fault[] {
  const pointer = toPointer(path);
  if ('whitelistValidation' in constraints) return [unknownField(property, path, target)];
  const names = Object.keys(constraints);
  if (names.length === 0) return [];
  // A field that is not there fails every check that it has: one sentence says it.
  if (value === undefined || 'isDefined' in constraints)
    return [{ pointer, code: 'missing', detail: `${property} is missing.` }];
  if ('nestedValidation' in constraints) return [noObject(path)];
  const ofType = names.filter((name) => name.startsWith('is'));
  return (ofType.length > 0 ? ofType.slice(0, 1) : names).map((name) => ({
    pointer,
    code: kebab(name),
    detail: sentence(constraints[name] ?? `${property} is not as it must be`),
  }));
}

function unknownField(field: string, path: readonly string[], target?: object): Fault {
  const known = target ? fieldsOf(target.constructor).join(', ') : '';
  const detail = `There is no field ${nameOf([field])} here.${known ? ` It takes: ${known}.` : ''}`;
  return { pointer: toPointer(path), code: 'unknown-field', detail };
}

/** The fields of a class, as its decorators name them. */
export function fieldsOf(of: object): string[] {
  const known = fields.get(of) ?? [...new Set(metadataOf(of).map((meta) => meta.propertyName))].sort();
  fields.set(of, known);
  return known;
}

/** Looked up once, as class-validator's storage is slow; so are `parts`. */
const fields = new WeakMap<object, string[]>();

const metadataOf = (of: object) => getMetadataStorage().getTargetValidationMetadatas(of as never, '', true, false);

/**
 * class-validator gathers what the decorators of a class say, and of all that it extends, each time that it checks an
 * instance; by then nothing more is said. Those who ask for groups or schemas are answered as before.
 */
function rememberMetadata(): void {
  const storage = getMetadataStorage();
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const found = new WeakMap<object, ReturnType<typeof gather>>();
  storage.getTargetValidationMetadatas = (of, schema, always, strictGroups, groups) => {
    if (schema || always || strictGroups || groups?.length) return gather(of, schema, always, strictGroups, groups);
    const known = found.get(of) ?? gather(of, schema, always, strictGroups, groups);
    found.set(of, known);
    return known;
  };
}

rememberMetadata();

/** Whole, unless it quotes a long value. */
const sentence = (text: string) => {
  if (text.length > LONGEST_SENTENCE) return `${text.slice(0, LONGEST_SENTENCE).toWellFormed()} …`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
};

const LONGEST_SENTENCE = 500;

export const kebab = (name: string) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

// ── What it lets pass ──

/**
 * `@ValidateNested` takes null for valid, and a list for an object: rules would then trip over a shape that the command's
 * type excludes. Walks the command, whose parts are instances of their classes.
 */
function leaks(value: object, path: readonly string[]): Fault[] {
  return partsOf(value.constructor).flatMap((meta) => {
    const nested = (value as Record<string, unknown>)[meta.propertyName];
    const at = [...path, meta.propertyName];
    if (nested === undefined) return [];
    if (!meta.each) return Array.isArray(nested) || nested === null ? [noObject(at)] : deeper(nested, at);
    if (!Array.isArray(nested)) return nested === null ? [noList(at)] : [];
    return nested.flatMap((item: unknown, index) => {
      const place = [...at, String(index)];
      return item === null || Array.isArray(item) ? [noObject(place)] : deeper(item, place);
    });
  });
}

const parts = new WeakMap<object, ReturnType<typeof metadataOf>>();

/** The fields of a class that hold objects with classes of their own. */
function partsOf(of: object): ReturnType<typeof metadataOf> {
  const known = parts.get(of) ?? metadataOf(of).filter((meta) => meta.type === ValidationTypes.NESTED_VALIDATION);
  parts.set(of, known);
  return known;
}

const deeper = (value: unknown, path: readonly string[]) =>
  typeof value === 'object' && value ? leaks(value, path) : [];

const noObject = (path: readonly string[]): Fault => ({
  pointer: toPointer(path),
  code: 'not-an-object',
  detail: `${nameOf(path)} must be an object: { … }.`,
});

const noList = (path: readonly string[]): Fault => ({
  pointer: toPointer(path),
  code: 'not-a-list',
  detail: `${nameOf(path)} must be a list: [ … ].`,
});
