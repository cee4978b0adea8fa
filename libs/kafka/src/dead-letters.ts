import type { Kafka, KafkaMessage } from 'kafkajs';
import { commandId } from '#event-sourcing';
import type { CommandAnswer, CommandRequest, ProblemBody } from './inbox-messages.js';
import { lookThrough } from './topic-look.js';

/** Where a command lies in Kafka. */
export interface MessagePlace {
  topic: string;
  partition: number;
  offset: string;
}

/** A command that was not recorded and will not be by itself: the value of a message of the topic of dead letters. */
export interface DeadLetter {
  id: string;
  /** When it was refused, at last. */
  at: string;
  /** How often it was tried in vain. */
  tries: number;
  /** Why, in a sentence. */
  reason: string;
  problem: ProblemBody;
  from: MessagePlace;
  /** Of the request, as in its reply. */
  requestId: string;
  /** The command, without the token it came with. */
  request?: CommandRequest;
  /** What came in the place of a command: its length, and its beginning in base64. */
  raw?: { bytes: number; base64: string };
}

/** Namespace of the ids of letters. */
const LETTERS = '6d1f3f0a-3f5e-5c1e-9d0b-2f6f2a7f4b11';
/** Bytes that are kept of what is no command: enough to see what it is. */
const LONGEST_RAW = 16 * 1024;

interface Refused {
  answer: CommandAnswer;
  from: MessagePlace;
  /** Of the message; milliseconds, as text. */
  timestamp: string;
  value: Buffer | null;
  at: Date;
  tries: number;
}

/** The same message makes a letter of the same id: a repeat after a crash is no second letter. */
export const letterId = ({ topic, partition, offset }: MessagePlace, timestamp: string): string =>
  commandId(LETTERS, `${topic}/${partition}/${offset}/${timestamp}`);

export function deadLetter({ answer, from, timestamp, value, at, tries }: Refused): DeadLetter {
  const problem = answer.body as ProblemBody;
  return {
    id: letterId(from, timestamp),
    at: at.toISOString(),
    tries,
    reason: problem.detail,
    problem,
    from,
    requestId: answer.id,
    ...(answer.request ? { request: answer.request } : { raw: rawOf(value) }),
  };
}

/** A token may stand where it should not. */
const TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=\bBearer\s+)[\w.~+/-]+/gi;

function rawOf(value: Buffer | null): { bytes: number; base64: string } {
  // As Latin-1 no byte is lost.
  const masked = (value ?? Buffer.alloc(0)).toString('latin1').replace(TOKEN, '[masked]');
  return { bytes: value?.length ?? 0, base64: Buffer.from(masked.slice(0, LONGEST_RAW), 'latin1').toString('base64') };
}

export const letterMessage = (letter: DeadLetter) => ({ key: letter.id, value: JSON.stringify(letter) });

/** Closes a letter: one without a value. Kafka forgets both by and by, as the topic is compacted. */
export const closingMessage = (id: string) => ({ key: id, value: null });

/** Letters that stand open, of one message after another in the order of their partition. */
class OpenLetters {
  readonly #open = new Map<string, DeadLetter>();

  add({ key, value, timestamp, offset }: KafkaMessage, from: Omit<MessagePlace, 'offset'>): void {
    const id = key?.toString() ?? '';
    if (value === null) this.#open.delete(id);
    else this.#open.set(id, letterOf(value) ?? unreadable(id, { value, timestamp, from: { ...from, offset } }));
  }

  /** The newest last. */
  all(): DeadLetter[] {
    return [...this.#open.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
  }
}

/** Undefined for what is no letter: others may write to the topic, too. */
function letterOf(value: Buffer): DeadLetter | undefined {
  try {
    const letter = JSON.parse(value.toString()) as DeadLetter;
    const { id, at, reason, problem, from, tries } = letter;
    const isLetter = [id, at, reason, problem.code, from.topic].every((one) => typeof one === 'string');
    return isLetter && [problem.status, tries].every(Number.isInteger) ? letter : undefined;
  } catch {
    return undefined;
  }
}

/** What stands in the place of a letter, as one that can be looked at and discarded, and nothing else. */
function unreadable(id: string, { value, timestamp, from }: Pick<Refused, 'value' | 'timestamp' | 'from'>): DeadLetter {
  const reason = 'This is no dead letter: somebody else wrote it to their topic.';
  return {
    ...{ id, at: new Date(Number(timestamp)).toISOString(), tries: 0, reason, from, requestId: id },
    problem: { status: 500, code: 'unreadable-letter', detail: reason },
    raw: rawOf(value),
  };
}

/** All letters of the topic that stand open now, the newest last. Rejects where Kafka or the topic is not there. */
export async function readOpenLetters(kafka: Kafka, topic: string): Promise<DeadLetter[]> {
  const letters = new OpenLetters();
  await lookThrough(kafka, { topic, groups: topic }, ({ messages, partition }) => {
    for (const message of messages) letters.add(message, { topic, partition });
    return false;
  });
  return letters.all();
}
