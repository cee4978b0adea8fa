import { HttpException } from '@nestjs/common';
import {
  ConcurrencyConflict,
  GuardBroken,
  isPassing,
  LogDamaged,
  NotCanonical,
  NotFilledYet,
  ProjectionStopped,
  Rejection,
  staleRevision,
  StoreBusy,
  StoreUnavailable,
  UnacceptableEvent,
} from '#event-sourcing';
import { STATUS_CODES } from 'node:http';

/** One thing that is wrong. `pointer`: JSON Pointer into the body ('' = the whole of it); `code` is stable. */
export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

/** An RFC 9457 problem document, as it is sent (application/problem+json). */
export interface ProblemDocument {
  /** `urn:attest:problem:<code>` */
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The request's id, as in X-Request-Id and in the log. */
  instance: string;
  code: string;
  errors: Fault[];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Thrown anywhere on the way of a request; what is answered in its place. `detail` is a sentence for people. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: readonly Fault[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }

  toDocument(requestId: string): ProblemDocument {
    return {
      type: `urn:attest:problem:${this.code}`,
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      instance: requestId,
      code: this.code,
      errors: [...this.errors],
    };
  }
}

/** Faults that are told at most: who sent thousands mends the first ones first. */
export const MOST_FAULTS = 100;

/** Several faults of one body: the first one's sentence, and how many more there are. */
export function invalidBody(faults: readonly Fault[]): Problem {
  const [first, ...more] = faults;
  const rest = more.length === 0 ? '' : ` And ${more.length} more: see errors.`;
  return new Problem(
    400,
    'invalid-body',
    `${first?.detail ?? 'The body cannot be taken.'}${rest}`,
    faults.slice(0, MOST_FAULTS),
  );
}

/** Not now; to be sent again, unchanged, after so many seconds. */
export const notNow = (detail: string, code = 'not-now', seconds = 1) =>
  new Problem(503, code, detail, [], { 'retry-after': String(seconds) });

// ── What others throw ──

/** Whatever was thrown as the problem that is answered; 500 for what nobody foresaw, without a word of its own text. */
export function problemOf(fault: unknown): Problem {
  return ofOurs(fault) ?? ofFramework(fault) ?? unforeseen();
}

const unforeseen = () =>
  new Problem(
    500,
    'internal',
    'Something went wrong here, not in your request. It is in the log, under this instance.',
  );

function ofOurs(fault: unknown): Problem | undefined {
  if (fault instanceof Problem) return fault;
  if (fault instanceof Rejection) return ofRejection(fault);
  if (fault instanceof ConcurrencyConflict || fault instanceof GuardBroken) {
    return new Problem(409, 'conflict', 'Others kept changing it at the same moment: send the same request again.');
  }
  if (fault instanceof UnacceptableEvent) {
    return new Problem(400, 'unacceptable', `This cannot be recorded: ${fault.message}.`);
  }
  if (fault instanceof NotCanonical) {
    const detail = `${fault.message}.`;
    return new Problem(400, 'invalid-body', detail, [{ pointer: fault.pointer, code: 'no-json-value', detail }]);
  }
  if (fault instanceof StoreBusy) {
    const detail =
      'More waits to be recorded than is taken. Send the same request again in a second, with the same key.';
    return new Problem(429, 'too-many', detail, [], { 'retry-after': '1' });
  }
  if (fault instanceof StoreUnavailable || isPassing(fault)) {
    return notNow('The ledger cannot be reached at this moment. Send the same request again, with the same key.');
  }
  if (fault instanceof LogDamaged) {
    const detail =
      'Something that was recorded was taken away from the log. Tell whoever runs Attest: attest doctor says why.';
    return notNow(detail, 'log-damaged', 60);
  }
  if (fault instanceof ProjectionStopped) {
    // Nothing more of the event: it may be another project's.
    const detail = `The register ${fault.projection} stopped before event ${fault.fault.ordinal}, and answers nothing later. Tell whoever runs Attest: attest doctor says why.`;
    return notNow(detail, 'register-stopped', 60);
  }
  if (fault instanceof NotFilledYet) {
    return notNow('This register is being filled for the first time. Ask again in a second.', 'not-filled-yet');
  }
  return undefined;
}

function ofFramework(fault: unknown): Problem | undefined {
  const cause = fault instanceof HttpException ? fault.cause : fault;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string' && Object.hasOwn(ofFastify, code)) return ofFastify[code]!();
  return fault instanceof HttpException && fault.getStatus() < 500 ? ofHttp(fault.getStatus()) : undefined;
}

function ofRejection({ code, message, pointer }: Rejection): Problem {
  // What the path names is not there; what a field names (it has a pointer) breaks a rule.
  if (code.startsWith('unknown-') && pointer === undefined) return new Problem(404, code, message);
  if (code === staleRevision) return new Problem(412, code, message);
  return new Problem(409, code, message, [{ pointer: pointer ?? '', code, detail: message }]);
}

/** Fastify's own refusals, by their code. */
const ofFastify: Record<string, () => Problem> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => wrongType(),
  FST_ERR_CTP_EMPTY_TYPE: () => wrongType(),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem(413, 'too-large', 'The body is larger than this route takes.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Problem(400, 'content-length', 'The body does not have the length that Content-Length says.'),
  FST_ERR_BAD_URL: () =>
    new Problem(400, 'bad-path', 'The path is not well-formed: a % must be followed by two digits.'),
  FST_ERR_MAX_PARAM_LENGTH: () => unknownRoute(),
  FST_ERR_NOT_FOUND: () => unknownRoute(),
};

export const wrongType = (type = 'application/json') =>
  new Problem(
    415,
    'wrong-type',
    `Send ${type.endsWith('ndjson') ? 'lines of JSON' : 'JSON'}: Content-Type ${type}, in UTF-8, not compressed.`,
  );

export const unknownRoute = () =>
  new Problem(404, 'unknown-route', 'There is nothing at this path. /docs lists what there is.');

function ofHttp(status: number): Problem {
  if (status === 404) return unknownRoute();
  return new Problem(status, `http-${status}`, `${STATUS_CODES[status] ?? 'The request cannot be taken'}.`);
}
