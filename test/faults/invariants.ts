import { createHash } from 'node:crypto';
import { commandId, eventId } from '#event-sourcing';
import type { Answered, Told } from './clients.js';
import type { Logged, ReadModelRows, Stored } from './evidence.js';

/** All that is known at the end of a round: what clients were told, and what the database holds. */
export interface Evidence {
  told: Told;
  stored: Stored;
  /** Tokens that were asked for before anything failed, that of the administrator among them: each is an event, too. */
  tokens: number;
  /** Ends of the application that nobody brought about. */
  deaths: readonly string[];
}

/** What must hold, whatever failed on the way; each answers with what breaks it. */
export const invariants: Record<string, (evidence: Evidence) => string[]> = {
  'every command answered with events is in the log exactly once': answeredOnce,
  'what was recorded once is answered so ever after, and no other body under its key': answeredAlike,
  'nothing that was refused is in the log': nothingRefused,
  'the log holds no event that no client sent': nothingElse,
  'If-Match holds: what is recorded follows the revision that was named': matched,
  'a client reads its own writes, and never goes back': readsOwnWrites,
  'a read shows all that the log holds up to the position that it waited for, and nothing that is not there':
    readsTheLog,
  'no client gets an answer that it can do nothing with': ({ told }) => told.wrong,
  'streams have revisions from 0 without a gap, positions from 1': noGaps,
  'recordedAt and known_at never go back, and the order is the log’s': ordered,
  'every free text is in the vault once, beside its event': vaultWhole,
  'every read model equals a replay from nothing': ({ stored }) => differences(stored.live, stored.replayed),
  'the application ends only when it is ended': ({ deaths }) => [...deaths],
};

/** The names of those that are broken, each with the first few things that break it. */
export function broken(evidence: Evidence): string[] {
  return Object.entries(invariants).flatMap(([name, check]) => {
    const found = check(evidence);
    const more = found.length > 3 ? [`... and ${found.length - 3} more`] : [];
    return found.length === 0 ? [] : [[`${name}:`, ...found.slice(0, 3), ...more].join('\n    ')];
  });
}

// ── What became of commands ──

/** Answers by command: one key of one actor, however often it was sent. */
function byCommand({ answered }: Told): Map<string, Answered[]> {
  return Map.groupBy(answered, ({ actor, key }) => commandId(actor, key));
}

/** The log's events by the command that made them, in order. */
function eventsByCommand({ log }: Stored): Map<string, Logged[]> {
  return Map.groupBy(log, ({ meta }) => (JSON.parse(meta) as { commandId: string }).commandId);
}

const hasEvents = ({ status, body }: Answered) => status < 300 && (body.events?.length ?? 0) > 0;
const nameOf = ({ client, key, status, body }: Answered) => `client ${client}, "${key}" (${status} ${body.code})`;

function answeredOnce({ told, stored }: Evidence): string[] {
  const logged = eventsByCommand(stored);
  return [...byCommand(told)].flatMap(([command, answers]) =>
    answers.filter(hasEvents).flatMap((answer) => {
      const lies = logged.get(command) ?? [];
      const last = lies.at(-1);
      const isTheSame =
        JSON.stringify(answer.body.events) === JSON.stringify(lies.map(({ id, type }) => ({ id, type }))) &&
        answer.body.revision === last?.revision &&
        answer.body.position === String(last?.position) &&
        lies.every(({ id, stream }, index) => id === eventId(command, index) && stream === lies[0]!.stream);
      return isTheSame ? [] : [`${nameOf(answer)}: ${JSON.stringify(answer.body)}, but the log has ${shown(lies)}`];
    }),
  );
}

function answeredAlike({ told }: Evidence): string[] {
  return [...byCommand(told).values()].flatMap((answers) => {
    const first = answers.findIndex(hasEvents);
    if (first < 0) return [];
    const wrong = answers.slice(first).filter((answer) => hasEvents(answer) !== (answer.sent === answers[first]!.sent));
    return wrong.map((answer) => `${nameOf(answer)}: ${answer.sent}, after ${answers[first]!.sent} was recorded`);
  });
}

function nothingRefused({ told, stored }: Evidence): string[] {
  const logged = eventsByCommand(stored);
  return [...byCommand(told)].flatMap(([command, answers]) =>
    answers.some(hasEvents) || !logged.has(command)
      ? []
      : [`${answers.map(nameOf).join(', ')}: the log has ${shown(logged.get(command)!)}`],
  );
}

function nothingElse({ told, stored, tokens }: Evidence): string[] {
  const sent = byCommand(told);
  const others = [...eventsByCommand(stored)].filter(([command]) => !sent.has(command));
  const [grants, strange] = [true, false].map((isGrant) =>
    others.filter(([, events]) => events.every(({ type }) => type === 'AccessGranted') === isGrant),
  ) as [typeof others, typeof others];
  return [
    ...strange.map(([command, events]) => `command ${command}: ${shown(events)}`),
    ...(grants.length === tokens ? [] : [`${grants.length} tokens were granted, ${tokens} asked for`]),
  ];
}

function matched({ told }: Evidence): string[] {
  const recorded = told.answered.filter(({ body, ifMatch }) => ifMatch !== undefined && body.code === 'recorded');
  return recorded
    .filter(({ body, ifMatch }) => body.revision! - body.events!.length !== ifMatch)
    .map((answer) => `${nameOf(answer)}: If-Match ${answer.ifMatch}, recorded as revision ${answer.body.revision}`);
}

function readsOwnWrites({ told }: Evidence): string[] {
  return told.seen
    .filter(({ status, known, revision }) => ![200, 404].includes(status) || revision < known)
    .map(
      ({ client, path, status, known, revision }) =>
        `client ${client} knew ${path} at revision ${known} and read ${revision} (${status})`,
    );
}

function readsTheLog({ told, stored: { log } }: Evidence): string[] {
  const events = Map.groupBy(log, ({ stream }) => stream.slice(-36));
  return told.seen.flatMap(({ client, path, asked, revision }) => {
    const all = events.get(path.slice(-36)) ?? [];
    const least = all.findLast(({ position }) => position <= asked)?.revision ?? -1;
    const most = all.at(-1)?.revision ?? -1;
    if (least <= revision && revision <= most) return [];
    return [`client ${client} waited for #${asked} and read ${path} at ${revision}: not from ${least} to ${most}`];
  });
}

// ── What lies in the database ──

function noGaps({ stored: { log } }: Evidence): string[] {
  const heads = new Map<string, number>();
  return log.flatMap(({ position, stream, revision, id }, index) => {
    const next = (heads.get(stream) ?? -1) + 1;
    heads.set(stream, revision);
    const isInPlace = position === index + 1 && revision === next;
    return isInPlace ? [] : [`event ${id} of ${stream} is revision ${revision}, not ${next}; position ${position}`];
  });
}

function ordered({ stored: { log, sequence } }: Evidence): string[] {
  let known = '';
  const found = log.length === sequence.length ? [] : [`${log.length} events, ${sequence.length} ordinals`];
  for (const [index, event] of log.entries()) {
    const place = sequence[index];
    if (event.recorded_at > known) known = event.recorded_at;
    else if (event.recorded_at < known)
      found.push(`event ${event.id} was recorded at ${event.recorded_at}, after ${known}`);
    const isRight = place?.event_id === event.id && place.ordinal === index + 1 && place.known_at === known;
    if (!isRight) found.push(`event ${event.id}: ordinal ${place?.ordinal}, known at ${place?.known_at}, not ${known}`);
  }
  return found;
}

function vaultWhole({ stored: { log, texts } }: Evidence): string[] {
  const wanted = log.flatMap(({ id, data, meta }) => {
    const reason = (JSON.parse(meta) as { reason?: { textHash?: string } }).reason?.textHash;
    const fields = Object.entries(JSON.parse(data) as Record<string, { textHash?: string } | null>);
    const own = fields
      .filter(([, value]) => value?.textHash)
      .map(([name, value]) => [`/data/${name}`, value!.textHash]);
    return [...own, ...(reason ? [['/meta/reason', reason]] : [])].map(([pointer, hash]) => `${id} ${pointer} ${hash}`);
  });
  const held = new Set<string>();
  const wrong = texts.filter(({ event_id, pointer, text, salt, text_hash }) => {
    held.add(`${event_id} ${pointer} ${text_hash}`);
    return createHash('sha256').update(Buffer.from(salt, 'hex')).update(text).digest('hex') !== text_hash;
  });
  const missing = wanted.filter((place) => !held.has(place));
  const strange = [...held].filter((place) => !wanted.includes(place));
  return [
    ...missing.map((place) => `missing: ${place}`),
    ...strange.map((place) => `of no event: ${place}`),
    ...wrong.map(({ event_id }) => `not what its hash says: ${event_id}`),
  ];
}

function differences(live: ReadModelRows, replayed: ReadModelRows): string[] {
  return [...new Set([...Object.keys(live), ...Object.keys(replayed)])].flatMap((name) => {
    const [ours, theirs] = [new Set(live[name]), new Set(replayed[name])];
    const isAlike = live[name]?.length === replayed[name]?.length;
    return [
      ...(isAlike ? [] : [`${name}: ${live[name]?.length} rows, a replay has ${replayed[name]?.length}`]),
      ...[...ours].filter((row) => !theirs.has(row)).map((row) => `${name}: a replay has not ${row}`),
      ...[...theirs].filter((row) => !ours.has(row)).map((row) => `${name}: only a replay has ${row}`),
    ];
  });
}

const shown = (events: readonly Logged[]) =>
  `[${events.map(({ id, type, stream, revision, position }) => `${type} ${id} ${stream}@${revision} #${position}`).join(', ')}]`;
