/** At most so many differences are told of one thing: the first says where to look. */
const TOLD = 3;

/** What is kept of a row or an entry, as JSON, and what the log comes to; null = there is none. */
export interface Pair {
  kept: Record<string, unknown> | null;
  replayed: Record<string, unknown> | null;
}

/** In words what differs between two versions of one thing: `document.headcount.total is 12, and comes to 10`. */
export function differenceInWords({ kept, replayed }: Pair): string {
  if (!kept) return `it is missing, and comes to ${told(replayed)}`;
  if (!replayed) return `it is kept as ${told(kept)}, and nothing in the log makes it`;
  const all = [...differences(kept, replayed, '')];
  const more = all.length > TOLD ? `, and ${all.length - TOLD} more differ` : '';
  return `${all.slice(0, TOLD).join('; ')}${more}`;
}

function* differences(kept: unknown, replayed: unknown, path: string): Generator<string> {
  if (isRecord(kept) && isRecord(replayed)) {
    for (const name of new Set([...Object.keys(kept), ...Object.keys(replayed)])) {
      yield* differences(kept[name], replayed[name], path === '' ? name : `${path}.${name}`);
    }
  } else if (JSON.stringify(kept) !== JSON.stringify(replayed)) {
    yield `${path} is ${told(kept)}, and comes to ${told(replayed)}`;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const LONGEST = 500;

function told(value: unknown): string {
  if (value === undefined) return 'not there';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} ...` : text;
}
