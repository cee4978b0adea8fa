import 'reflect-metadata';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { plainToInstance } from 'class-transformer';
import { bindings } from '#catalogue';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { commandId, Recorder, type Command, type CommandClass, type Outcome } from '#event-sourcing';
import {
  apiDocument,
  controllersOf,
  exampleProject,
  readCommand,
  specOf,
  type CommandSpec,
  type ThingSpec,
} from '#http';
import { CompleteReport, type Submission } from '#reports';
import { unstatedIndicators } from './first-year-frame.js';
import { projectId } from './ids.js';
import { MemoryEventStore } from '../../../test/support/memory-event-store.js';
import { story } from './story.js';

/** Every example of /docs, pasted on the data of `npm run demo`: it is recorded, neither refused nor so already. */

const actor = '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a01';
const bound = bindings((_, { from }) => {
  // As the figures of story-rules.spec.ts have it: in the second year each indicator has entries.
  const unanswered = from < '2022-04-01' ? unstatedIndicators : [];
  return Promise.resolve(unanswered.map((indicator) => ({ indicator, name: indicator })));
});
const classes = Object.assign({}, ...bound.map(({ decider }) => decider.commands as object)) as Record<
  string,
  CommandClass
>;

// ── The story, told once ──

const told = new MemoryEventStore();
const now = () => new Date('2023-05-02T08:00:00Z');
const recorderOn = (store: MemoryEventStore) => new Recorder(store, Buffer.alloc(32, 7), bound, now);

beforeAll(async () => {
  const recorder = recorderOn(told);
  const tell = (command: Command, role: string, idempotencyKey: string, scope: string) =>
    recorder.record(command, { actor, roles: [role], scope, idempotencyKey, correlationId: 'story' });
  for (const { steps, submits } of story()) {
    for (const { command, thing, body, actor: role, key, path } of steps) {
      const plain = { ...(JSON.parse(JSON.stringify(body)) as object), id: thing };
      const scope = path.startsWith('/v1/organisations') ? 'ledger' : projectId;
      await tell(plainToInstance(classes[command] as CommandClass, plain) as Command, role, key, scope);
    }
    // The worker's part; no example asks what was submitted.
    const made = Object.assign(new CompleteReport(), { id: submits, submission: {} as Submission });
    if (submits) await tell(made as Command, 'manager', `worker/${submits}`, projectId);
  }
});

const copyOfTold = () => told.copy();

// ── The examples ──

type Example = CommandSpec & { name: string; spec: ThingSpec };

const specs = controllersOf(CatalogueModule).flatMap((controller) => specOf(controller) ?? []);
const examples = specs.flatMap((spec) =>
  Object.entries(spec.commands).map(([name, command]): Example => ({ on: spec.on, ...command, name, spec })),
);
const named = (name: string) => examples.find((one) => one.name === name) ?? fail(name);
const fail = (name: string): never => {
  throw new Error(`an example comes after that of ${name}, which there is none of`);
};

/** Where the demo has not what an example needs, another one comes first. Each is a step more for a reader: few. */
const steps = {
  AddAssumption: ['CorrectAssumption', 'ReviewAssumption', 'VoidAssumption'],
  AddInput: ['CorrectInput', 'VoidInput'],
  AddPhase: ['CorrectPhase', 'VoidPhase'],
  AddRequirement: ['CorrectRequirement', 'VoidRequirement'],
  AddRisk: ['CorrectRisk', 'ReviewRisk', 'VoidRisk'],
  AdoptLogframe: ['CorrectLogframe', 'VoidLogframe'],
  DefinePackage: ['CorrectPackage', 'VoidPackage'],
  RecordContextFigure: ['CorrectContextFigure', 'VoidContextFigure'],
  RecordAssessmentRound: ['CorrectAssessmentRound', 'VoidAssessmentRound'],
  StatePeopleInNeed: ['CorrectPeopleInNeed', 'VoidPeopleInNeed'],
  RecordDecision: ['CorrectDecision', 'RecordFollowUp', 'VoidDecision'],
  RecordFollowUp: ['CorrectFollowUp', 'VoidFollowUp'],
  RecordAggregate: ['CorrectAggregate', 'ItemiseAggregate', 'VoidAggregate'],
  RecordService: ['CorrectService', 'VoidService'],
  AmendContract: ['CorrectAmendment', 'VoidAmendment'],
  CorrectOrganisation: ['RedactLedgerText'],
  CreateProgramme: ['CorrectProgramme', 'IncludeProject', 'VoidProgramme'],
  DefineIndicator: ['SetBaseline', 'SetTarget', 'RecordValue'],
  DescribeProject: ['CorrectDescription', 'VoidDescription'],
  HoldActivity: ['ResumeActivity'],
  HoldTraining: ['RecordHeadcount'],
  RecordContribution: ['CorrectContribution', 'VoidContribution'],
  RecordRate: ['CorrectRate', 'VoidRate'],
  IncludeProject: ['CorrectInclusion', 'EndInclusion', 'VoidInclusion'],
  MergeOrganisation: ['SeparateOrganisation'],
  MergePlace: ['SeparatePlace'],
  RecordMembership: ['CorrectMembership', 'VoidMembership'],
  RecordAlias: ['CorrectAlias', 'VoidAlias'],
  RecordContact: ['CorrectContact', 'VoidContact'],
  RecordDocument: ['CorrectDocument', 'VoidDocument'],
  RecordFunding: ['CorrectFunding', 'VoidFunding'],
  RecordPartner: ['CorrectPartner', 'VoidPartner'],
  RecordSuccession: ['CorrectSuccession', 'VoidSuccession'],
  RecordValue: ['CorrectValue', 'VoidValue'],
  RegisterPlace: ['CorrectPlace', 'MergePlace', 'VoidPlace'],
  ResumeStrand: ['CorrectStrandResumption', 'VoidStrandResumption'],
  ReopenPeriod: ['ClosePeriod'],
  ReviewAssumption: ['CorrectAssumptionReview', 'VoidAssumptionReview'],
  ReviewRisk: ['CorrectRiskReview', 'VoidRiskReview'],
  ReviseHeading: ['CorrectHeadingRevision', 'VoidHeadingRevision'],
  AttachEvidence: ['CorrectEvidence', 'VoidEvidence'],
  RequireReview: ['CorrectReviewRule', 'VoidReviewRule'],
  RecordOpeningBalance: ['CorrectOpeningBalance', 'VoidOpeningBalance'],
  WriteNarrative: ['ReviseNarrative', 'WithdrawNarrative'],
  WritePortfolioNarrative: ['RevisePortfolioNarrative', 'WithdrawPortfolioNarrative'],
  SetPeriodTarget: ['CorrectPeriodTarget', 'RevisePeriodTarget', 'VoidPeriodTarget'],
  VoidCeiling: ['RecordCeiling'],
  VoidTotal: ['StateTotal'],
  HoldPlan: ['CorrectPlanHold', 'ResumePlan', 'VoidPlanHold'],
  ResumePlan: ['CorrectPlanResumption', 'VoidPlanResumption'],
  RecordRequest: ['AnswerRequest', 'CorrectRequest', 'VoidRequest'],
  AnswerRequest: ['CorrectAnswer', 'VoidAnswer'],
  RecordDeliverable: ['CorrectDeliverable', 'DeliverVersion', 'VoidDeliverable'],
  DeliverVersion: ['AcceptVersion', 'CorrectVersion', 'VoidVersion'],
  AcceptVersion: ['CorrectAcceptance', 'VoidAcceptance'],
  RegisterItem: ['CorrectItem', 'RecordItemState', 'RecordProgress', 'VoidItem'],
  RecordItemState: ['CorrectItemState', 'VoidItemState'],
  RecordProgress: ['CorrectProgress', 'VoidProgress'],
  AwardGrant: ['CloseGrant', 'CorrectAward', 'PayInstalment', 'ReportGrantResult', 'VoidAward'],
  ReportGrantResult: ['CorrectGrantResult', 'VoidGrantResult'],
  CloseGrant: ['CorrectGrantClosure', 'VoidGrantClosure'],
  PayInstalment: ['CorrectInstalment', 'VoidInstalment'],
  OpenCourse: ['CorrectCourse', 'RecordCohort', 'VoidCourse'],
  RecordCohort: ['CorrectCohort', 'RecordCompletion', 'VoidCohort'],
  RecordCompletion: ['CorrectCompletion', 'VoidCompletion'],
};
/** Nobody approves their own: what is pasted is pasted by somebody else. */
const asksAnother = ['ApproveFact', 'ReturnFact'];

/** Ids of events are another in every ledger: here a reader puts in what the history says. */
const namesAnEvent = ['CorrectStatusChange', 'VoidStatusChange', 'RedactText', 'RedactLedgerText'];

/** What names another thing, of which the demo has none: here a reader makes one more, and puts in its id. */
const namesAnother: Record<string, { field: string; made: string }> = {
  MergePlace: { field: 'into', made: 'RegisterPlace' },
};

async function paste(example: Example, store: MemoryEventStore, key = `try-${example.name}`): Promise<Outcome> {
  const { name, spec, role, on, after, creates } = example;
  if (after) await paste(named(after), store);
  const body = JSON.parse(JSON.stringify(example.example)) as Record<string, unknown>;
  const another = namesAnother[name];
  if (another) {
    const one = named(another.made);
    const { id } = await paste({ ...one, example: { ...one.example, id: undefined } }, store, `one-more-${name}`);
    body[another.field] = id;
  }
  if (namesAnEvent.includes(name)) {
    // Of a text, the event that has it.
    const field = (body.pointer as string | undefined)?.split('/').at(-1);
    const of = store.log.filter(({ stream }) => stream.endsWith(`-${on}`));
    body.event = of.findLast(({ data, meta }) => field === undefined || (data + meta).includes(`"${field}":`))?.id;
  }
  const idempotencyKey = key;
  const by = asksAnother.includes(name) ? '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a02' : actor;
  const id = creates ? { otherwise: commandId(by, idempotencyKey) } : { ofPath: on };
  const command = readCommand(spec.decider.commands[name] as CommandClass, body, id);
  const scope = { project: projectId, ledger: 'ledger', self: command.id }[spec.scope];
  return recorderOn(store).record(command, {
    actor: by,
    roles: [role],
    scope,
    idempotencyKey,
    correlationId: 'pasted',
  });
}

test.each(examples.map((example) => [example.name, example] as const))('%s works when pasted', async (_, example) => {
  expect(await paste(example, copyOfTold())).toMatchObject({ code: 'recorded' });
});

test('what needs another example first is known, and needs it', async () => {
  const needy = examples.filter(({ after }) => after);
  expect(needy.map(({ name, after }) => `${after} ${name}`).sort()).toEqual(
    Object.entries(steps)
      .flatMap(([first, then]) => then.map((name) => `${first} ${name}`))
      .sort(),
  );
  const alone = needy.map((example) =>
    paste({ ...example, after: undefined }, copyOfTold()).then(
      ({ code }) => [example.name, code],
      (fault: { code?: string }) => [example.name, fault.code],
    ),
  );
  expect((await Promise.all(alone)).filter(([, code]) => code === 'recorded' || code === undefined)).toEqual([]);
});

// ── The paths that they are pasted to ──

interface Parameter {
  name?: string;
  in?: string;
  example?: unknown;
  schema?: object;
}
interface Operation {
  operationId: string;
  description?: string;
  parameters: Parameter[];
}
const document = JSON.parse(JSON.stringify(apiDocument([CatalogueModule], '0'))) as {
  info: { description: string };
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.values(verbs).map((operation) => ({ path, ...operation })),
);

/** Ids of grants, replays and restorations are others in every ledger: here a reader puts in what the list, or the answer, says. */
const isOfOtherIds = (path: string) => /^\/v1\/(tokens|replays|restorations)\//.test(path);

/** The category of the things of a path: `/v1/projects/{project}/trainings/{id}` is about a training; undefined: any. */
function categoryOf(path: string): string | undefined {
  const [, things = ''] = /\/([a-z-]+)\/\{id\}/.exec(path) ?? [];
  // Some are recorded of what others made, under its id.
  if (['evidence-of', 'history', 'opening-balances', 'redactions', 'reviews'].includes(things)) return undefined;
  return specs.find((spec) => spec.things === things)?.decider.category ?? fail(path);
}

/** A period stands in its project's stream, and has one of its own only once it is closed. */
const isThere = ({ log }: MemoryEventStore, category: string | undefined, id: string | undefined) =>
  category === 'period'
    ? log.some(({ type, data }) => type === 'PeriodOpened' && (JSON.parse(data) as { period: string }).period === id)
    : log.some(({ stream }) => (category ? stream === `${category}-${id}` : stream.endsWith(`-${id}`)));

test('examples are about the project of the demo', () => {
  expect(exampleProject).toBe(projectId);
  const projects = operations.flatMap(({ parameters }) => parameters.filter(({ name }) => name === 'project'));
  expect(new Set(projects.map(({ example }) => example))).toEqual(new Set([projectId]));
  expect(document.info.description).toContain(`--role officer --project ${projectId}`);
});

test('the id in every path is of a thing of the demo, or of one that the example before makes', async () => {
  const missing: string[] = [];
  for (const { path, operationId, parameters, description = '' } of operations) {
    const id = parameters.find(({ name }) => name === 'id')?.example as string | undefined;
    if (!path.includes('{id}') || isOfOtherIds(path)) continue;
    const [, after] = /needs that of (\w+) first/.exec(description) ?? [];
    const store = copyOfTold();
    if (after) await paste(named(after), store);
    if (!isThere(store, categoryOf(path), id)) missing.push(operationId);
  }
  // It takes an id of one's own.
  expect(missing).toEqual(['RecordNothing']);
});

test('every example of a parameter is as its schema has it, and no two commands have one key', () => {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (on: Ajv2020) => void)(ajv);
  const shown = operations.flatMap(({ operationId, path, parameters }) =>
    parameters
      .filter((one) => 'example' in one || one.in === 'path')
      .map((one) => ({ ...one, path, at: `${operationId} ${one.name}` })),
  );
  const wrong = shown.filter(({ schema, example }) => !ajv.validate(schema ?? {}, example));
  expect(wrong.map(({ at }) => at)).toEqual([]);
  const ofKeys = shown.filter(({ name }) => name === 'Idempotency-Key');
  expect(ofKeys.filter(({ path }) => !isOfOtherIds(path))).toHaveLength(examples.length);
  const keys = ofKeys.map(({ example }) => example);
  expect(new Set(keys).size).toBe(keys.length);
});
