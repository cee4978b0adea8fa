import type { sendUnaryData, ServerDuplexStream, ServerReadableStream, ServerUnaryCall } from '@grpc/grpc-js';
import { answerAppend, answerBatch, fault, type Answered } from './answers.js';
import type { Held } from './held.js';
import type { Expected, Log, Outcome, Proposed } from './log.js';
import { nameOf, type streams } from './protocol.js';

export interface AppendQuirks {
  /** One append may hold so many bytes. */
  appendBytes: number;
  /** A larger one ends the stream of appends that the client shares. Otherwise it alone is refused. */
  tooLargeKills: boolean;
}

/** What the calls need of the server. */
export interface Serving {
  log: Log;
  held: Held;
  quirks: AppendQuirks;
  /** True where the answer to this peer's append is lost: its connection is broken by then. */
  losesAnswer(peer: string): boolean;
  isStarting(): boolean;
}

interface Append {
  stream: string;
  expected: Expected;
  proposed: Proposed[];
  bytes: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type BatchCall = ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;
type AppendCall = ServerReadableStream<streams.AppendReq, streams.AppendResp>;
type Proposal = streams.BatchAppendReq.ProposedMessage | streams.AppendReq.ProposedMessage;
type Options =
  streams.AppendReq.Options | streams.BatchAppendReq.Options | streams.DeleteReq.Options | streams.TombstoneReq.Options;

/** Appends of many callers over one stream, each answered by its correlation id. */
export function batchAppend(serving: Serving, call: BatchCall): void {
  const parts = new Map<string, Append>();
  let killed = false;
  call.on('data', (request: streams.BatchAppendReq) => {
    if (killed) return;
    const id = request.getCorrelationId()?.getString() ?? '';
    const append = parts.get(id) ?? begin(request.getOptions()!);
    parts.set(id, append);
    for (const message of request.getProposedMessagesList()) add(append, message);
    if (append.bytes > serving.quirks.appendBytes && serving.quirks.tooLargeKills) {
      killed = true;
      call.emit('error', fault.tooLarge());
      return;
    }
    if (!request.getIsFinal()) return;
    parts.delete(id);
    commit(serving, append, (outcome) => {
      if (killed || isLost(serving, append, outcome, call.getPeer())) return;
      call.write(answerBatch(request.getCorrelationId(), append.stream, append.expected, outcome));
    });
  });
  call.on('end', () => call.end());
}

/** One append in a call of its own: what the client uses for a caller with credentials of their own. */
export function append(serving: Serving, call: AppendCall, answer: sendUnaryData<streams.AppendResp>): void {
  let one: Append | undefined;
  call.on('data', (request: streams.AppendReq) => {
    if (request.hasOptions()) one = begin(request.getOptions()!);
    else if (one) add(one, request.getProposedMessage()!);
  });
  call.on('end', () => {
    const { stream, expected } = one!;
    commit(serving, one!, (outcome) => {
      if (isLost(serving, one!, outcome, call.getPeer())) return;
      const answered = answerAppend(expected, outcome);
      if (answered) answer(null, answered);
      else answer(faultOf(outcome, stream));
    });
  });
}

/** Deletes or tombstones a stream. */
export function remove<Request extends streams.DeleteReq | streams.TombstoneReq, Response>(
  serving: Serving,
  how: (stream: string, expected: Expected) => Outcome,
  respond: (position: bigint) => Response,
) {
  return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void => {
    const options = call.request.getOptions()!;
    const [stream, expected] = [nameOf(options.getStreamIdentifier()), expectedOf(options)];
    if (serving.isStarting()) return answer(fault.notReady());
    const outcome = how(stream, expected);
    if (outcome.kind === 'deleted') return answer(fault.deleted(stream));
    if (outcome.kind === 'wrong') return answer(fault.wrong(stream, expected, outcome.current));
    answer(null, respond(outcome.position));
  };
}

/** System streams always get their answers. */
function isLost(serving: Serving, { stream }: Append, outcome: Answered, peer: string): boolean {
  return outcome.kind === 'stored' && !stream.startsWith('$') && serving.losesAnswer(peer);
}

function faultOf(outcome: Answered, stream: string) {
  if (outcome.kind === 'deleted') return fault.deleted(stream);
  if (outcome.kind === 'too-large') return fault.overLimit(outcome.limit);
  return outcome.kind === 'bad' ? fault.bad(outcome.message) : fault.notReady();
}

function commit(serving: Serving, append: Append, done: (outcome: Answered) => void): void {
  if (serving.isStarting()) return done({ kind: 'not-ready' });
  const limit = serving.quirks.appendBytes;
  if (append.bytes > limit) return done({ kind: 'too-large', limit });
  if (append.stream === '') return done({ kind: 'bad', message: 'The name of the stream is empty.' });
  const strange = append.proposed.find(({ id }) => !UUID.test(id));
  if (strange) return done({ kind: 'bad', message: `The id '${strange.id}' is no UUID.` });
  const types = append.proposed.map(({ type }) => type);
  serving.held.pass(types, () => done(serving.log.append(append.stream, append.expected, append.proposed)));
}

function begin(options: streams.BatchAppendReq.Options | streams.AppendReq.Options): Append {
  return { stream: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), proposed: [], bytes: 0 };
}

function add(append: Append, message: Proposal): void {
  const proposed: Proposed = {
    id: message.getId()!.getString(),
    type: message.getMetadataMap().get('type') ?? '',
    json: message.getMetadataMap().get('content-type') === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
  append.proposed.push(proposed);
  append.bytes += proposed.type.length + proposed.data.length + proposed.metadata.length;
}

function expectedOf(options: Options): Expected {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return BigInt('getStreamPosition' in options ? options.getStreamPosition() : options.getRevision());
}
