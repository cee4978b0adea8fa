import { canonical, isUuid } from '#event-sourcing';
import { moneyDecimal } from '#reports/src/render-words.js';

/** What documents are told with: what their ids name, and in which currency they count. */
export interface Known {
  /** The title of a thing; undefined where the reader may not know it, or there is none. */
  titleOf(id: string): string | undefined;
  /** ISO 4217; amounts are in its minor units. */
  currency?: string;
}

/**
 * What changed from one version of a thing to the next, in sentences: `Occurred on: 2022-05 became 2022-05-03.` Of the
 * first version what it says. Free texts are told as far as they stand there (see withTexts).
 */
export function differences(before: object | undefined, after: object, known: Known): string[] {
  if (!before) return stated([], after, known);
  return changed([], before, after, known);
}

/** The ids in two versions: whose titles the sentences need. */
export function idsIn(before: object | undefined, after: object): string[] {
  const ids = (value: unknown): string[] => {
    if (typeof value === 'string') return isUuid(value) ? [value] : [];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(ids) : [];
  };
  return [...new Set([...ids(before), ...ids(after)])];
}

type Path = readonly string[];

/** What a row keeps of its own past, or of its events: the history says it already, once. */
const ownPast = new Set(['eventId', 'changes', 'revisions', 'earlierTargets', 'original']);
/** Fields in minor units of the project's currency. */
const amounts = new Set(['amount']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is { textHash: string; text?: string } =>
  isObject(value) && typeof value.textHash === 'string';
const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);
const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (a !== undefined && b !== undefined && canonical(a) === canonical(b));

/** What a document says that nothing stood before. */
function stated(path: Path, value: unknown, known: Known): string[] {
  if (isNothing(value)) return [];
  if (isText(value)) return [ended(`${label(path)}: ${textOf(value)}`)];
  if (Array.isArray(value)) return [`${label(path)}: ${value.map((item) => told(path, item, known)).join('; ')}.`];
  if (!isObject(value)) return [`${label(path)}: ${told(path, value, known)}.`];
  return fieldsOf(value).flatMap((field) => stated([...path, field], value[field], known));
}

function changed(path: Path, before: unknown, after: unknown, known: Known): string[] {
  if (isSame(before, after) || (isNothing(before) && isNothing(after))) return [];
  if (isText(before) || isText(after)) return [textChange(path, before, after)];
  if (Array.isArray(before) || Array.isArray(after)) return listChange(path, listOf(before), listOf(after), known);
  if (isObject(before) || isObject(after)) {
    const [was, is] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
    const fields = fieldsOf({ ...was, ...is });
    return fields.flatMap((field) => changed([...path, field], was[field], is[field], known));
  }
  return [`${label(path)}: ${told(path, before, known)} became ${told(path, after, known)}.`];
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What names a thing first, its status last: an order that is the same however the document is kept. */
const rank = (field: string): number =>
  names.includes(field) || identities.includes(field) ? 0 : field === 'status' ? 2 : 1;
const names = ['title', 'name', 'reference'];
const inOrder = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : 1);
const fieldsOf = (value: object): string[] =>
  Object.keys(value)
    .filter((field) => !ownPast.has(field))
    .sort(inOrder);

// ── Free texts ──

function textChange(path: Path, before: unknown, after: unknown): string {
  if (!isText(after)) return `${label(path)} was removed.`;
  return ended(`${label(path)} was ${isText(before) ? 'changed' : 'added'}: ${textOf(after)}`);
}

/** A quoted text that ends a sentence ends this one too. */
const ended = (sentence: string): string => (/[.!?…]”$/.test(sentence) ? sentence : `${sentence}.`);
export const textOf = ({ text }: { text?: string }): string => (text === undefined ? '[redacted]' : `“${text}”`);

// ── Lists ──

/** By what an item of a list is known again, where every item has it. */
const identities = ['id', 'activity', 'organisation', 'indicator', 'strand', 'period', 'amendment', 'label', 'code'];

function listChange(path: Path, before: readonly unknown[], after: readonly unknown[], known: Known): string[] {
  const identity = identities.find((field) => isKeyOf(field, before) && isKeyOf(field, after));
  const keyOf = (item: unknown) => (identity ? String((item as Record<string, unknown>)[identity]) : canonical(item));
  const was = new Map(before.map((item) => [keyOf(item), item]));
  const is = new Map(after.map((item) => [keyOf(item), item]));
  const sentence = (item: unknown, what: string) => `${label(path)}: ${told(path, item, known)} was ${what}.`;
  const sentences = [
    ...[...is].flatMap(([key, item]) => {
      if (!was.has(key)) return [sentence(item, 'added')];
      return changed([...path, known.titleOf(key) ?? key], was.get(key), item, known);
    }),
    ...[...was].flatMap(([key, item]) => (is.has(key) ? [] : [sentence(item, 'removed')])),
  ];
  return sentences.length > 0 ? sentences : [`${label(path)}: the order changed.`];
}

function isKeyOf(field: string, items: readonly unknown[]): boolean {
  const keys = items.map((item) => (isObject(item) ? item[field] : undefined));
  return keys.every((key) => typeof key === 'string') && new Set(keys).size === keys.length;
}

// ── Words ──

const words: Record<string, string> = {
  ...{ female: 'women', male: 'men' },
  ...{ spans: 'allowed', grantedAt: 'granted', expiresAt: 'expires', revokedAt: 'revoked' },
  ...{ backup: 'the backup', known: 'what was given out', createdAt: 'made', ordinal: 'events' },
};
/** Breakdowns go without saying: `Headcount, women`. */
const unsaid = new Set(['bySex']);

function label(path: Path): string {
  const parts = path.filter((part) => !unsaid.has(part)).map((part) => words[part] ?? humane(part));
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `occurredOn` -> `occurred on`; what is no field's name stays as it is. */
const humane = (name: string): string =>
  /^[a-z]+([A-Z][a-z]+)+$/.test(name) ? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : name;

/** A value for people: titles in place of ids, money in its currency, `on hold` for `on-hold`. */
function told(path: Path, value: unknown, known: Known): string {
  if (isNothing(value)) return 'not stated';
  if (typeof value === 'string') return known.titleOf(value) ?? (isKeyword(value) ? value.replaceAll('-', ' ') : value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    return amounts.has(path.at(-1) ?? '') ? amountOf(value, known) : String(value);
  }
  if (Array.isArray(value)) return value.map((item) => told(path, item, known)).join(' and ');
  if (isText(value)) return textOf(value);
  if (isSpan(value)) return `${value.roles.join(' and ')} from ${value.from} ${value.to ? `to ${value.to}` : 'on'}`;
  return fieldsOf(value as object)
    .filter((field) => !isNothing((value as Record<string, unknown>)[field]))
    .map((field) => part(field, told([...path, field], (value as Record<string, unknown>)[field], known)))
    .join(', ');
}

/** From when to when which roles were held. */
const isSpan = (value: unknown): value is { roles: string[]; from: string; to: string | null } =>
  isObject(value) && Array.isArray(value.roles) && typeof value.from === 'string';

/** Minor units of the project's currency as people write them. */
export const amountOf = (amount: number, { currency }: Known): string =>
  currency === undefined ? String(amount) : `${moneyDecimal(String(amount), currency)} ${currency}`;

/** In an item, what names it goes without its field's name. */
const part = (field: string, text: string): string =>
  identities.includes(field) ? text : `${words[field] ?? humane(field)} ${text}`;

const isKeyword = (value: string): boolean => /^[a-z]+(-[a-z]+)+$/.test(value);
