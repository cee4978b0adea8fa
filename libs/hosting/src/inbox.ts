import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Type } from '@nestjs/common';
import { commandPathsOf, controllersOf, invalidBody, Problem, problemOf, specOf, type Fault } from '#http';
import { parseJson } from '#http/src/json-body.js';
import { Inbox, type InboxLog } from '#kafka/src/inbox.js';
import { connectKafka, type KafkaSettings } from '#kafka/src/kafka-client.js';
import { topicsOf } from '#kafka/src/topics.js';
import {
  repliedOf,
  type CommandAnswer,
  type CommandDoor,
  type CommandRequest,
  type ReceivedCommand,
} from '#kafka/src/inbox-messages.js';

interface Opened {
  app: NestFastifyApplication;
  slices: readonly Type[];
  kafka: KafkaSettings;
  logger: InboxLog;
}

/** Takes commands from Kafka until it is closed, which is to be before `app` is. Kafka need not be there yet. */
export const openInbox = ({ app, slices, kafka, logger }: Opened): Inbox =>
  new Inbox({ kafka: connectKafka(kafka), topics: topicsOf(kafka.ledger), door: commandDoor(app, slices), logger });

/** Bytes of a message: the longest body that HTTP takes, with what stands around it. */
export const LONGEST_COMMAND = 300 * 1024;

/** Whether commands are posted to this path; of tokens, replays and whole files none are. */
export function commandPaths(slices: readonly Type[]): (path: string) => boolean {
  const specs = slices.flatMap((slice) => controllersOf(slice)).flatMap((controller) => specOf(controller) ?? []);
  const patterns = specs.flatMap(commandPathsOf).map((path) => path.replace(/:\w+/g, '[\\w-]+'));
  const any = new RegExp(`^(?:${patterns.join('|')})$`);
  return (path) => any.test(path);
}

/**
 * Messages of the inbox go in where requests come in: the same validation, roles, limits, log and metrics, and no second
 * way beside them.
 */
export function commandDoor(app: NestFastifyApplication, slices: readonly Type[]): CommandDoor {
  const isCommand = commandPaths(slices);
  return async (received) => {
    const asked: Asked = { id: received.place };
    try {
      readCommand(received, asked, isCommand);
      return await post(app, received, asked);
    } catch (fault) {
      const problem = problemOf(fault);
      return { ...asked, status: problem.status, headers: {}, body: problem.toDocument(asked.id) };
    }
  };
}

/** What is understood of a message so far: its id is answered even where the rest is none. */
interface Asked {
  id: string;
  request?: CommandRequest;
}

const REQUEST_ID = /^[\w.-]{1,128}$/;

/** Throws Problem 400, 404 or 413; `asked` then has what could be read. */
function readCommand({ value }: ReceivedCommand, asked: Asked, isCommand: (path: string) => boolean): void {
  if (value === null) throw new Problem(400, 'no-command', 'The message is empty: its value is to be a command.');
  if (value.length > LONGEST_COMMAND) {
    throw new Problem(413, 'too-large', `The message has ${value.length} bytes; ${LONGEST_COMMAND} are taken.`);
  }
  const message = parseJson(value);
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new Problem(400, 'no-command', 'The message is no JSON object with path, idempotencyKey and body.');
  }
  const { id, ...request } = message as { id?: unknown } & CommandRequest;
  if (typeof id === 'string' && REQUEST_ID.test(id)) asked.id = id;
  const faults = faultsOf(message as Record<string, unknown>);
  if (faults.length > 0) throw invalidBody(faults);
  if (!isCommand(request.path)) {
    const detail = `${request.path} is no path that commands are posted to; /docs lists those that are, such as /v1/projects/{project}/trainings. Tokens, replays and requests of many commands are not taken from Kafka.`;
    throw new Problem(404, 'no-command-route', detail, [{ pointer: '/path', code: 'no-command-route', detail }]);
  }
  asked.request = request;
}

type Check = (value: unknown) => boolean;

/** What a message may hold, and what each takes. */
const takes: Record<string, { is: Check; detail: string; isNeeded?: true }> = {
  id: {
    is: (value) => value === undefined || (typeof value === 'string' && REQUEST_ID.test(value)),
    detail: 'id takes 1 to 128 letters, digits, dots, dashes and underscores.',
  },
  path: {
    is: (value) => typeof value === 'string' && value.length <= 500,
    detail: 'path takes the path of the command, such as /v1/projects/{project}/trainings.',
  },
  idempotencyKey: {
    is: (value) => typeof value === 'string' && /^[^\p{Cc}\p{Cs}\ufffd]{1,255}$/u.test(value),
    detail:
      'idempotencyKey takes 1 to 255 printable characters, of your own for each thing you record: sent again with the same, it is recorded once.',
  },
  ifMatch: {
    is: (value) => value === undefined || (Number.isInteger(value) && (value as number) >= 0),
    detail: 'ifMatch takes the revision that you saw: a whole number from 0.',
  },
  body: { is: () => true, detail: '' },
};

function faultsOf(message: Record<string, unknown>): Fault[] {
  const wrong = Object.entries(takes).flatMap(([name, { is, detail }]) =>
    is(message[name]) ? [] : [{ pointer: `/${name}`, code: 'invalid', detail }],
  );
  const unknown = Object.keys(message)
    .filter((name) => !Object.hasOwn(takes, name))
    .map((name) => ({
      pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code: 'unknown-field',
      detail:
        'A message holds id, path, idempotencyKey, ifMatch and body. The token goes into the header authorization.',
    }));
  return [...wrong, ...unknown];
}

/** Where its requests count when they come without a token: no address of anybody. */
const FROM_KAFKA = 'kafka';
const printable = (text: string | undefined) => (text !== undefined && /^[\x20-\x7e]+$/.test(text) ? text : undefined);

async function post(app: NestFastifyApplication, received: ReceivedCommand, asked: Asked): Promise<CommandAnswer> {
  const { path, idempotencyKey, ifMatch, body } = asked.request!;
  const { statusCode, headers, payload } = await app.inject({
    method: 'POST',
    url: path,
    remoteAddress: FROM_KAFKA,
    headers: defined({
      authorization: printable(received.authorization),
      traceparent: printable(received.traceparent),
      // HTTP carries UTF-8 as if it were Latin-1.
      'idempotency-key': Buffer.from(idempotencyKey).toString('latin1'),
      'if-match': ifMatch === undefined ? undefined : `"${ifMatch}"`,
      'x-request-id': asked.id,
      'content-type': body === undefined ? undefined : 'application/json',
    }),
    payload: body === undefined ? undefined : JSON.stringify(body),
  });
  const retryAfter = headers['retry-after'];
  return {
    ...asked,
    status: statusCode,
    headers: repliedOf((name) => headers[name]),
    body: JSON.parse(payload) as object,
    retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
  };
}

const defined = (values: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
