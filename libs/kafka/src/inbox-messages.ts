/** What goes through the inbox: a command as it came, its answer, and what is to be done with both. */

/** One message of the topic of commands. */
export interface ReceivedCommand {
  value: Buffer | null;
  /** Of the header `authorization`. */
  authorization?: string;
  traceparent?: string;
  /** `<topic>-<partition>-<offset>`: the id of a request that has none of its own. */
  place: string;
}

/** A command as the message states it: what HTTP takes as path, headers and body of a POST. */
export interface CommandRequest {
  path: string;
  idempotencyKey: string;
  /** The revision that the sender saw. */
  ifMatch?: number;
  body?: unknown;
}

/** A problem document (RFC 9457), as HTTP answers it. */
export interface ProblemBody {
  status: number;
  /** Stable: for programs. */
  code: string;
  /** A sentence for people. */
  detail: string;
  [more: string]: unknown;
}

/** What HTTP says to a message, and what of it was understood. */
export interface CommandAnswer {
  /** Of the request, as its sender calls it. */
  id: string;
  status: number;
  /** Those of ETag, Attest-Position, Location that HTTP gave. */
  headers: Readonly<Record<string, string>>;
  /** An outcome, or a problem document. */
  body: object;
  /** Seconds after which to ask again, where HTTP says so. */
  retryAfter?: number;
  /** Undefined: the message was no command. */
  request?: CommandRequest;
}

/** Executes one message as HTTP would, with all of its checks. Never rejects. */
export type CommandDoor = (command: ReceivedCommand) => Promise<CommandAnswer>;

/** The value of a message of the topic of replies. */
export interface CommandReply {
  id: string;
  status: number;
  headers: Readonly<Record<string, string>>;
  body: object;
}

/** Of the headers of HTTP those that a reply has. */
export function repliedOf(header: (name: string) => unknown): Record<string, string> {
  const found = REPLIED.flatMap((name) => {
    const value = header(name.toLowerCase());
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

const REPLIED = ['ETag', 'Attest-Position', 'Location'];

export const replyOf = ({ id, status, headers, body }: CommandAnswer): CommandReply => ({ id, status, headers, body });

export const isRecorded = ({ status }: { status: number }): boolean => status < 400;

/** Tries of what fails for no reason that is known to pass. */
const MOST_TRIES = 5;
/** Seconds: nobody is kept waiting for longer than a minute's limit of requests. */
const LONGEST_WAIT = 60;

/**
 * Seconds after which the same message is tried again; undefined: the answer stands. Not now (429, 503) is waited out for
 * as long as it takes. A fault here, or a conflict with others, is tried a few times: it may be the message itself.
 */
export function waitFor({ status, body, retryAfter = 1 }: CommandAnswer, tries: number): number | undefined {
  const wait = Math.min(Math.max(retryAfter, 1), LONGEST_WAIT);
  if (status === 429 || status === 503) return wait;
  const isDoubtful = status >= 500 || (status === 409 && (body as Partial<ProblemBody>).code === 'conflict');
  return isDoubtful && tries < MOST_TRIES ? wait : undefined;
}
