import type { EventStore } from '#event-sourcing';

/**
 * The value with the free texts that it refers to: `{ textHash }` becomes `{ textHash, text }`, or `{ textHash,
 * redacted: true }` where the text was destroyed. One look-up for all of them.
 */
export async function withTexts<T>(value: T, store: EventStore): Promise<T> {
  const hashes = new Set<string>();
  collect(value, hashes);
  if (hashes.size === 0) return value;
  return resolve(value, await store.texts([...hashes])) as T;
}

function collect(value: unknown, hashes: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isFreeText(value)) hashes.add(value.textHash);
  for (const item of Object.values(value)) collect(item, hashes);
}

function resolve(value: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, texts));
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, texts)]));
  if (!isFreeText(value)) return copy;
  const text = texts.get(value.textHash);
  return text === undefined ? { ...copy, redacted: true } : { ...copy, text };
}

/** Whether a value that withTexts answered refers to a text that was destroyed. */
export function hasRedacted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isFreeText(value) && 'redacted' in value) return true;
  return Object.values(value).some(hasRedacted);
}

const isFreeText = (value: object): value is { textHash: string } =>
  'textHash' in value && typeof value.textHash === 'string';
