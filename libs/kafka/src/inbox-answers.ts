import type { EachBatchPayload, KafkaMessage, Producer } from 'kafkajs';
import { closingMessage, deadLetter, letterId, letterMessage, type MessagePlace } from './dead-letters.js';
import { isRecorded, replyOf, type CommandAnswer, type ProblemBody } from './inbox-messages.js';
import type { InboxOptions } from './inbox.js';

/** Answers of one partition that are sent together, and bytes of what is sent: far below what a topic takes. */
const MOST_TOGETHER = 50;
const MOST_BYTES = 256 * 1024;

/** A command with what HTTP said to it. */
export interface Answered {
  message: KafkaMessage;
  from: MessagePlace;
  answer: CommandAnswer;
  tries: number;
}

/** Where answers go. */
export interface Outlet {
  options: Pick<InboxOptions, 'topics' | 'logger' | 'clock'>;
  producer: Producer;
  /** Whether an answer may be a repeat of one that was given before a crash. */
  mayRepeat: (from: MessagePlace) => boolean;
}

/** No more than was answered together can have been answered without its offset being committed. */
export const mayRepeatAfter = (begunAt: bigint, offset: string): boolean =>
  BigInt(offset) < begunAt + BigInt(MOST_TOGETHER);

interface Sent {
  key: string;
  value: string | null;
}

/** Answers of one batch that are not sent yet. */
export class Answers {
  #replies: Sent[] = [];
  #letters: Sent[] = [];
  #dead: Answered[] = [];
  #last: MessagePlace | undefined;
  #bytes = 0;

  constructor(
    private readonly outlet: Outlet,
    private readonly payload: EachBatchPayload,
  ) {}

  add(answered: Answered): void {
    const { answer, from, message } = answered;
    if (!isRecorded(answer)) {
      this.#dead.push(answered);
      this.#put(this.#letters, letterMessage(this.#letterOf(answered)));
    } else if (this.outlet.mayRepeat(from)) {
      // Refused before a crash and recorded after it: who replayed its letter would record it twice.
      this.#put(this.#letters, closingMessage(letterId(from, message.timestamp)));
    }
    this.#put(this.#replies, { key: answer.id, value: JSON.stringify(replyOf(answer)) });
    this.#last = from;
  }

  #put(messages: Sent[], message: Sent): void {
    messages.push(message);
    this.#bytes += Buffer.byteLength(message.value ?? '');
  }

  get isFull(): boolean {
    return this.#replies.length >= MOST_TOGETHER || this.#bytes >= MOST_BYTES;
  }

  /** Sends answers and dead letters, and commits the offset after them once all copies have them. */
  async send(): Promise<void> {
    if (!this.#last) return;
    const { producer, options } = this.outlet;
    const { topics, logger } = options;
    await producer.sendBatch({
      acks: -1,
      topicMessages: [
        // The letter first: who reads a refusal may look for it.
        ...(this.#letters.length > 0 ? [{ topic: topics.deadLetters, messages: this.#letters }] : []),
        { topic: topics.replies, messages: this.#replies },
      ],
    });
    for (const { from, answer } of this.#dead) {
      const { code } = answer.body as ProblemBody;
      logger.info({ ...from, request: answer.id, status: answer.status, code }, 'a command is dead');
    }
    const { topic, partition, offset } = this.#last;
    this.payload.resolveOffset(offset);
    const next = { partition, offset: String(BigInt(offset) + 1n) };
    await this.payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [next] }] });
    [this.#replies, this.#letters, this.#dead, this.#last, this.#bytes] = [[], [], [], undefined, 0];
  }

  #letterOf({ message, from, answer, tries }: Answered) {
    const { timestamp, value } = message;
    return deadLetter({ answer, from, timestamp, value, tries, at: this.outlet.options.clock?.() ?? new Date() });
  }
}
