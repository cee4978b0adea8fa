import type { Kafka } from 'kafkajs';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { commandPaths } from '#hosting/src/inbox.js';
import { readSettings, WrongSetting } from '#hosting/src/settings/settings.js';
import { closingMessage, letterMessage, readOpenLetters, type DeadLetter } from '#kafka/src/dead-letters.js';
import { repliedOf, type CommandReply } from '#kafka/src/inbox-messages.js';
import { connectKafka, reasonOf } from '#kafka/src/kafka-client.js';
import { topicsOf, type Topics } from '#kafka/src/topics.js';
import { Refused, type Client } from '../cli/client.js';

/** Commands that came through Kafka and were not recorded: reading them, and closing them by a replay or without one. */

/** Works with the Kafka that the settings name; what it throws becomes one sentence. */
async function withKafka<T>(work: (kafka: Kafka, topics: Topics) => Promise<T>): Promise<T> {
  const { kafka: settings } = readSettings(process.env, {}, process.stderr.isTTY);
  if (!settings) throw new WrongSetting('KAFKA_BROKERS is not set: without Kafka there is no inbox.');
  try {
    return await work(connectKafka(settings), topicsOf(settings.ledger));
  } catch (fault) {
    if (!(fault instanceof Error && fault.name.startsWith('KafkaJS'))) throw fault;
    const where = settings.brokers.join(', ');
    throw new Error(`The inbox cannot be read from Kafka at ${where}: ${reasonOf(fault)}.`, { cause: fault });
  }
}

/** Those that stand open, oldest first. */
export const openLetters = () => withKafka((kafka, { deadLetters }) => readOpenLetters(kafka, deadLetters));

/** The one whose id begins so. Throws WrongSetting where there is none, or more than one. */
export async function letterCalled(id: string): Promise<DeadLetter> {
  const meant = (await openLetters()).filter((letter) => letter.id.startsWith(id));
  if (meant.length === 1) return meant[0]!;
  const found = meant.length === 0 ? 'No open letter has' : `${meant.length} letters have an id that begins with`;
  throw new WrongSetting(`${found} the id ${id}: attest inbox list shows those that stand open.`);
}

const isCommand = commandPaths([CatalogueModule]);

/** Refusals that are not about what was sent. */
const ofToken = [401, 403];

export const isForAll = ({ request, problem }: DeadLetter) =>
  request !== undefined && !ofToken.includes(problem.status);

/** Throws WrongSetting: also where somebody else wrote the letter, it leads to no route but those of commands. */
export function checkReplayable({ id, request, reason }: DeadLetter): void {
  if (request === undefined) throw new WrongSetting(`${id} is no command, and cannot be sent again: ${reason}`);
  if (!isCommand(request.path))
    throw new WrongSetting(`${id} leads to ${request.path}, where no commands are posted to.`);
}

export interface Outcome {
  id: string;
  path: string;
  status: number;
  /** Why it was refused again. */
  reason?: string;
}

/** Throws Refused where it cannot be told now: the letter stands as it was. */
export async function replay(letter: DeadLetter, client: Client): Promise<Outcome> {
  const { id, requestId, tries } = letter;
  const { path, body, idempotencyKey, ifMatch } = letter.request!;
  const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` };
  try {
    const key = Buffer.from(idempotencyKey).toString('latin1');
    const { status, headers: told, body: outcome } = await client.postWhole<object>(path, body ?? {}, key, headers);
    const reply = { id: requestId, status, headers: repliedOf((name) => told.get(name)), body: outcome };
    await write({ reply, letter: closingMessage(id) });
    return { id, path, status };
  } catch (fault) {
    if (!(fault instanceof Refused) || fault.isPassing) throw fault;
    const { status, problem } = fault;
    // What is too small is the operator's token: that says nothing of the command.
    if (!ofToken.includes(status)) {
      const again = { ...letter, at: new Date().toISOString(), tries: tries + 1, reason: problem.detail };
      await write({ letter: letterMessage({ ...again, problem: { ...problem } }) });
    }
    return { id, path, status, reason: problem.detail };
  }
}

/** Closes one without recording it. */
export const discard = ({ id }: DeadLetter): Promise<void> => write({ letter: closingMessage(id) });

/** Resolves when it is acknowledged. */
function write({
  reply,
  letter,
}: {
  reply?: CommandReply;
  letter: { key: string; value: string | null };
}): Promise<void> {
  return withKafka(async (kafka, topics) => {
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    try {
      const replies = reply
        ? [{ topic: topics.replies, messages: [{ key: reply.id, value: JSON.stringify(reply) }] }]
        : [];
      await producer.sendBatch({
        acks: -1,
        topicMessages: [...replies, { topic: topics.deadLetters, messages: [letter] }],
      });
    } finally {
      await producer.disconnect();
    }
  });
}
