import { Metadata, status as code, type StatusObject } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Expected, Outcome } from './log.js';
import { identifier, shared, status, streams } from './protocol.js';

type Failure = Partial<StatusObject>;

/** What the client turns into its errors by the `exception` it finds in the metadata. */
export const fault = {
  notReady: (): Failure => ({ code: code.UNAVAILABLE, details: 'Server Is Not Ready' }),
  tooLarge: (): Failure => ({
    code: code.RESOURCE_EXHAUSTED,
    details: 'Received message exceeds the maximum configured message size.',
  }),
  tooSlow: (): Failure => ({
    code: code.UNKNOWN,
    details: 'Consumer too slow to handle event while live. Client resubscription required.',
  }),
  bad: (message: string): Failure => ({ code: code.INVALID_ARGUMENT, details: message }),
  overLimit: (limit: number): Failure =>
    failed(`Maximum Append Size of ${limit} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(limit),
    }),
  deleted: (stream: string): Failure =>
    failed(`Event stream '${stream}' is deleted.`, { exception: 'stream-deleted', 'stream-name': stream }),
  wrong: (stream: string, expected: Expected, current: bigint | undefined): Failure =>
    failed(`Wrong expected version of '${stream}'.`, {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(numberOf(expected)),
      ...(current === undefined ? {} : { 'actual-version': String(current) }),
    }),
};

/** What an append comes to. */
export type Answered =
  Outcome | { kind: 'not-ready' } | { kind: 'bad'; message: string } | { kind: 'too-large'; limit: number };

/** The answer to an append of its own call; undefined where the call fails instead. */
export function answerAppend(expected: Expected, outcome: Answered): streams.AppendResp | undefined {
  if (outcome.kind === 'stored') {
    const position = new streams.AppendResp.Position()
      .setCommitPosition(String(outcome.position))
      .setPreparePosition(String(outcome.position));
    const success = new streams.AppendResp.Success().setCurrentRevision(String(outcome.revision)).setPosition(position);
    return new streams.AppendResp().setSuccess(success);
  }
  if (outcome.kind !== 'wrong') return undefined;
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.current === undefined) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedRevision(String(expected));
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}

/** The answer to one append of a batch stream. */
export function answerBatch(
  id: shared.UUID | undefined,
  stream: string,
  expected: Expected,
  outcome: Answered,
): streams.BatchAppendResp {
  const answer = new streams.BatchAppendResp().setCorrelationId(id).setStreamIdentifier(identifier(stream));
  switch (outcome.kind) {
    case 'stored': {
      const position = new shared.AllStreamPosition()
        .setCommitPosition(String(outcome.position))
        .setPreparePosition(String(outcome.position));
      const { revision } = outcome;
      return answer.setSuccess(
        new streams.BatchAppendResp.Success().setCurrentRevision(String(revision)).setPosition(position),
      );
    }
    case 'wrong':
      return answer.setError(packed('WrongExpectedVersion', wrongVersion(expected, outcome.current)));
    case 'deleted':
      return answer.setError(
        packed('StreamDeleted', new shared.StreamDeleted().setStreamIdentifier(identifier(stream))),
      );
    case 'too-large':
      return answer.setError(
        packed('MaximumAppendSizeExceeded', new shared.MaximumAppendSizeExceeded().setMaxappendsize(outcome.limit)),
      );
    case 'bad':
      return answer.setError(packed('BadRequest', new shared.BadRequest().setMessage(outcome.message)));
    case 'not-ready':
      return answer.setError(packed('Empty', new empty.Empty(), 'google.protobuf').setMessage('Server Is Not Ready'));
  }
}

function wrongVersion(expected: Expected, current: bigint | undefined): shared.WrongExpectedVersion {
  const wrong = new shared.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(new empty.Empty());
  else wrong.setCurrentStreamRevision(String(current));
  if (expected === 'any') return wrong.setExpectedAny(new empty.Empty());
  if (expected === 'no_stream') return wrong.setExpectedNoStream(new empty.Empty());
  if (expected === 'stream_exists') return wrong.setExpectedStreamExists(new empty.Empty());
  return wrong.setExpectedStreamPosition(String(expected));
}

function packed(type: string, message: { serializeBinary(): Uint8Array }, space = 'event_store.client'): status.Status {
  const details = new any.Any();
  details.pack(message.serializeBinary(), `${space}.${type}`);
  return new status.Status().setMessage(type).setDetails(details);
}

function failed(details: string, entries: Record<string, string>): Failure {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
  return { code: code.FAILED_PRECONDITION, details, metadata };
}

function numberOf(expected: Expected): bigint {
  if (typeof expected === 'bigint') return expected;
  return { no_stream: -1n, any: -2n, stream_exists: -4n }[expected];
}
