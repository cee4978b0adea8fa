import type { BrokenGuards, ProjectionStanding } from '#event-sourcing';
import type { RelayStanding } from '#kafka/src/relay.js';

/** What one look found: what is so, in words, and what to do about it. */
export interface Finding {
  /** What was looked at: `disk`, `clock`. */
  about: string;
  /** `soon` = it works, and will not for ever, or not as it should. */
  level: 'well' | 'soon' | 'wrong';
  says: string;
  todo?: string;
}

const MIB = 1024 ** 2;
/** PostgreSQL ends where it cannot write its own log, of which it keeps half a gigabyte. */
const FULL = 32 * MIB;
const NEARLY_FULL = 512 * MIB;
const SCARCE = 2 * 1024 * MIB;
/** Seconds behind the log after which somebody should know. */
const LATE = 30;

export interface Disk {
  /** What lies there: `the data folder`. */
  of: string;
  path: string;
  /** Bytes. */
  free: number;
  holdsDatabase?: boolean;
}

export function checkDisk({ of, path, free }: Disk): Finding {
  const says = `${bytes(free)} are free for ${of} (${path}).`;
  const todo = 'Make room: when the disk is full nothing can be recorded until there is room again.';
  if (free >= SCARCE) return { about: 'disk', level: 'well', says };
  return { about: 'disk', level: free < NEARLY_FULL ? 'wrong' : 'soon', says: `Only ${says}`, todo };
}

export const isFull = ({ free }: Disk): boolean => free < FULL;

/**
 * One finding for each projection that stopped, or is late; a single good one where all is well. `mayTellData`: also of the
 * event that stopped one, which is some project's.
 */
export function checkProjections(standings: readonly ProjectionStanding[], mayTellData = true): Finding[] {
  const found = standings.flatMap((standing) => stopped(standing, mayTellData) ?? late(standing) ?? []);
  if (found.length > 0) return found;
  if (standings.length === 0) {
    const todo = 'The worker makes them when Attest starts for the first time: look again in a moment.';
    return [{ about: 'registers', level: 'soon', says: 'There are no registers yet.', todo }];
  }
  const filling = standings.filter(({ state }) => state === 'filling').map(({ name }) => name);
  const says = `${standings.length - filling.length} registers keep up with the log${filling.length > 0 ? `; being filled: ${filling.join(', ')}` : ''}.`;
  return [{ about: 'registers', level: 'well', says }];
}

/** `mayTellData`: also which event and stream, which are some project's. */
export function checkGuards({ count, latest }: BrokenGuards, mayTellData = true): Finding {
  const about = 'guards';
  if (!latest) return { about, level: 'well', says: 'No event stands on a stream that had moved.' };
  const { eventId, ordinal, stream, expected, actual } = latest;
  const which = mayTellData
    ? `event ${eventId} (number ${ordinal}), decided on ${stream} at ${shown(expected)}, recorded when it stood at ${shown(actual)}`
    : `event number ${ordinal}`;
  return {
    about,
    level: 'soon',
    says: `${count} ${count === 1 ? 'event was' : 'events were'} recorded though a stream that they stood on had moved; the last: ${which}.`,
    todo: 'Look whether both facts hold beside one another, and correct or void the one that does not. They stay listed.',
  };
}

/** Nothing where this process does not publish, or nothing keeps it from that. */
export function checkPublishing(relay: Pick<RelayStanding, 'published' | 'trouble'> | undefined): Finding[] {
  if (!relay?.trouble) return [];
  const { reason, isStopped } = relay.trouble;
  const where = `after event number ${relay.published}`;
  const says = isStopped
    ? `Publishing stopped ${where}: ${reason}`
    : `Kafka is away; publishing waits ${where}: ${reason}`;
  const todo = isStopped
    ? 'Mend what it says: publishing then goes on by itself. Recording goes on.'
    : 'Start Kafka again: publishing then goes on by itself. Recording goes on.';
  return [{ about: 'publishing', level: isStopped ? 'wrong' : 'soon', says, todo }];
}

const shown = (revision: number) => (revision < 0 ? 'its beginning' : `revision ${revision}`);

function stopped({ name, fault, isLive }: ProjectionStanding, mayTellData: boolean): Finding | undefined {
  if (!fault) return undefined;
  const { eventId, ordinal, type, message, at } = fault;
  const what = isLive ? name : `The new generation of ${name}`;
  return {
    about: 'registers',
    level: 'wrong',
    says: mayTellData
      ? `${what} stopped before event ${eventId} (number ${ordinal}, ${type}) at ${at}: ${message}`
      : `${what} stopped before event number ${ordinal}.`,
    todo: 'Recording and the other registers go on. Start a version in which this is mended: it goes on from that event by itself. Until then this register answers as of the event before.',
  };
}

function late({ name, state, lag, lagSeconds }: ProjectionStanding): Finding | undefined {
  if (state !== 'live' || lagSeconds < LATE) return undefined;
  return {
    about: 'registers',
    level: 'soon',
    says: `${name} is ${lag} events and ${Math.round(lagSeconds)} s behind the log.`,
    todo: 'If it does not shrink: look whether the worker runs and what it logs, and how busy the disk is.',
  };
}

/** 1234567890 as people read it: 1.1 GiB. */
export function bytes(count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), units.length - 1);
  const value = count / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
