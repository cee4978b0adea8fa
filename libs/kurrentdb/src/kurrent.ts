import { setTimeout as delay } from 'node:timers/promises';
import {
  ErrorType,
  KurrentDBClient,
  NO_STREAM,
  type AppendStreamState,
  type EventData,
  type WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { LogDamaged, StoreUnavailable, UnacceptableEvent, type ExpectedRevision } from '#event-sourcing';
import { Gate } from './gate.js';
import { TimedOut, within } from './patience.js';
import { StreamDamaged } from './stream-damaged.js';
import type { Recorded } from './wire.js';

/**
 * Appends under way at once. They share one stream, and the client queues what is more than the 16 messages of its
 * buffer: when that stream breaks, what is queued so is rejected where nobody can catch it, which ends the process.
 */
const UNDER_WAY = 15;
/** Below this there is no use in starting another try. */
const SHORTEST_TRY = 50;
const PAUSE = 50;

/** Errors by which an append is certainly not stored. Everything else leaves it open. */
const refusals: string[] = [
  ErrorType.INVALID_ARGUMENT,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.TRANSACTION_MAX_SIZE_EXCEEDED,
  ErrorType.APPEND_RECORD_SIZE_EXCEEDED,
];

/** The client, with what it leaves to its users: an end to waiting, trying again, and errors that say what they mean. */
export class Kurrent {
  /** For appends and subscriptions: finds a server again by itself. */
  readonly client: KurrentDBClient;
  readonly #gate = new Gate(UNDER_WAY);
  /** For reads alone. They go through the client's native bridge, which gives up for good once it finds no server. */
  #reading: KurrentDBClient;

  constructor(
    private readonly url: string,
    /** Milliseconds until an append or a short read is answered StoreUnavailable. */
    readonly patience: number,
  ) {
    this.client = KurrentDBClient.connectionString(url);
    this.#reading = KurrentDBClient.connectionString(url);
  }

  /** Appends that wait to be sent. */
  get waiting(): number {
    return this.#gate.waiting;
  }

  get deadline(): number {
    return performance.now() + this.patience;
  }

  /**
   * Until it is certain: the same events at the same revision, again and again. Answers the revision of the stream after
   * them, or where it stands instead. A repeat answers as the first did, also with other bodies: compare what is stored.
   */
  async append(
    stream: string,
    expected: ExpectedRevision,
    events: EventData[],
    deadline = this.deadline,
  ): Promise<{ revision: number } | { stands: ExpectedRevision }> {
    const streamState: AppendStreamState = expected === 'none' ? NO_STREAM : BigInt(expected);
    return this.#insist(deadline, 'not certainly recorded', (left, longest) =>
      this.#gate.run(left, async () => {
        const milliseconds = Math.min(longest, deadline - performance.now());
        try {
          const options = { streamState, requiresLeader: true, deadline: Math.ceil(milliseconds) };
          const result = await within(milliseconds, this.client.appendToStream(stream, events, options));
          return { revision: Number(result.nextExpectedRevision) };
        } catch (fault) {
          // What waits in the client's stream would be sent once more: a new stream, and the neighbours try again.
          if (fault instanceof TimedOut) void this.client.dispose();
          return this.#refusal(stream, fault);
        }
      }),
    );
  }

  /**
   * What a read gives, all of it; undefined where there is no such stream. Throws LogDamaged for a tombstone. It is tried
   * until the deadline; a try that has begun may take `longest` milliseconds, where that is more.
   */
  read(
    from: (client: KurrentDBClient) => AsyncIterable<{ event?: unknown }>,
    { deadline = this.deadline, longest = 0 }: { deadline?: number; longest?: number } = {},
  ): Promise<Recorded[] | undefined> {
    return this.#insist(deadline, 'no answer', async (left) => {
      const client = this.#reading;
      try {
        return await within(Math.max(left, longest), collected(from(client)));
      } catch (fault) {
        const isUnavailable = (fault as { type?: string }).type === ErrorType.UNAVAILABLE;
        // Of the reads that fail at once, one takes a new client. The former has nothing open.
        if (isUnavailable && client === this.#reading) this.#reading = KurrentDBClient.connectionString(this.url);
        throw fault;
      }
    });
  }

  #refusal(stream: string, fault: unknown): { stands: ExpectedRevision } {
    const { type, message } = fault as { type?: string; message?: string };
    if (type === ErrorType.WRONG_EXPECTED_VERSION) {
      const { actualState } = fault as WrongExpectedVersionError;
      return { stands: typeof actualState === 'bigint' && actualState >= 0n ? Number(actualState) : 'none' };
    }
    if (type === ErrorType.STREAM_DELETED || type === ErrorType.STREAM_TOMBSTONED) throw tombstoned(stream);
    if (type && refusals.includes(type)) {
      throw new UnacceptableEvent(`KurrentDB refuses it: ${message || type}`, { cause: fault });
    }
    throw fault;
  }

  /** Tries for as long as patience lasts, in milliseconds; one try is given so long. */
  async #insist<T>(deadline: number, what: string, work: (left: number, longest: number) => Promise<T>): Promise<T> {
    for (let last: unknown; ;) {
      const left = deadline - performance.now();
      if (left < SHORTEST_TRY) throw unavailable(what, last);
      try {
        return await work(left, Math.min(left, this.patience / 3));
      } catch (fault) {
        if (fault instanceof LogDamaged || fault instanceof UnacceptableEvent) throw fault;
        last = fault;
      }
      await delay(PAUSE);
    }
  }

  /** Ends what is open. Never waits long for a server that does not answer. */
  async close(): Promise<void> {
    await Promise.race([this.client.dispose(), delay(1_000, undefined, { ref: false })]);
  }
}

async function collected(events: AsyncIterable<{ event?: unknown }>): Promise<Recorded[] | undefined> {
  const read: Recorded[] = [];
  try {
    for await (const { event } of events) if (event) read.push(event as Recorded);
    return read;
  } catch (fault) {
    const { type, streamName } = fault as { type?: string; streamName?: string };
    if (type === ErrorType.STREAM_NOT_FOUND) return undefined;
    if (type === ErrorType.STREAM_DELETED) throw tombstoned(streamName ?? 'a stream');
    throw fault;
  }
}

/** Messages of the client's errors are often empty. */
function unavailable(what: string, cause: unknown): StoreUnavailable {
  const { message, type, code } = (cause ?? {}) as { message?: string; type?: string; code?: number };
  const why = message || type || (code !== undefined && `gRPC status ${code}`) || 'it was not tried';
  return new StoreUnavailable(`KurrentDB: ${what} in time (${why})`, { cause });
}

const tombstoned = (stream: string) => new StreamDamaged(stream, 'was deleted for ever');
