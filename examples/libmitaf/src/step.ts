import type {
  AddStrand,
  AdoptPlan,
  CancelActivity,
  CompleteActivity,
  HoldActivity,
  HoldStrand,
  LinkActivity,
  PlanActivity,
  PostponeActivity,
  ResumeActivity,
  StartActivity,
} from '#activities';
import type { AddHeading, RecordCeiling, RecordExpenditure, StateTotal } from '#budget';
import type { AddResult } from '#framework';
import type { DefineIndicator, ReviseTarget, SetBaseline, SetTarget } from '#indicators';
import type { RecordMeeting, RegisterDialogue } from '#meetings';
import type { RecordOrganisationStatus, RegisterOrganisation } from '#organisations';
import type { ClosePeriod, CreateProject, OpenPeriod } from '#projects';
import type { SubmitReport } from '#reports';
import type { CorrectHeadcount, HoldTraining, RecordHeadcount, VoidTraining } from '#trainings';
import { id, projectId } from './ids.js';

export type Actor = 'administrator' | 'manager' | 'officer';

/** One command of the story, as it goes over HTTP. */
export interface Step {
  actor: Actor;
  /** Idempotency-Key: the same in every telling, so that a second one records nothing. */
  key: string;
  /** Where it is posted to. */
  path: string;
  body: object;
  /** What it says, for people. */
  title: string;
  /** The command's name, and the id of what it is about. */
  command: CommandName;
  thing: string;
}

/** Steps that belong together: what the progress line names. */
export interface Chapter {
  title: string;
  steps: readonly Step[];
  /** The report that its last step submits: what follows waits until it is made. */
  submits?: string;
}

/** The commands that the story uses: their bodies are checked by the compiler. */
interface Commands {
  CreateProject: CreateProject;
  OpenPeriod: OpenPeriod;
  ClosePeriod: ClosePeriod;
  RegisterOrganisation: RegisterOrganisation;
  RecordOrganisationStatus: RecordOrganisationStatus;
  AddResult: AddResult;
  DefineIndicator: DefineIndicator;
  SetBaseline: SetBaseline;
  SetTarget: SetTarget;
  ReviseTarget: ReviseTarget;
  AddStrand: AddStrand;
  HoldStrand: HoldStrand;
  PlanActivity: PlanActivity;
  LinkActivity: LinkActivity;
  StartActivity: StartActivity;
  CompleteActivity: CompleteActivity;
  HoldActivity: HoldActivity;
  ResumeActivity: ResumeActivity;
  PostponeActivity: PostponeActivity;
  CancelActivity: CancelActivity;
  AdoptPlan: AdoptPlan;
  HoldTraining: HoldTraining;
  VoidTraining: VoidTraining;
  RecordHeadcount: RecordHeadcount;
  CorrectHeadcount: CorrectHeadcount;
  RegisterDialogue: RegisterDialogue;
  RecordMeeting: RecordMeeting;
  AddHeading: AddHeading;
  StateTotal: StateTotal;
  RecordCeiling: RecordCeiling;
  RecordExpenditure: RecordExpenditure;
  SubmitReport: SubmitReport;
}
export type CommandName = keyof Commands;

type Route = { things: string; category: string; creates?: true };

const activity: Route = { things: 'activities', category: 'activity' };
const training: Route = { things: 'trainings', category: 'training' };
const indicator: Route = { things: 'indicators', category: 'indicator' };
const organisation: Route = { things: 'organisations', category: 'organisation' };
const strand: Route = { things: 'strands', category: 'strand' };
const project: Route = { things: 'projects', category: 'project' };
// A project has one budget, under the project's own id.
const budget: Route = { things: 'budget', category: 'project' };
const creating = (things: string, category: string): Route => ({ things, category, creates: true });

/** A command that creates is posted to the things, any other to the one thing, under its own name. */
const routes: Record<CommandName, Route> = {
  CreateProject: { ...project, creates: true },
  OpenPeriod: project,
  ClosePeriod: { things: 'periods', category: 'period' },
  RegisterOrganisation: { ...organisation, creates: true },
  RecordOrganisationStatus: organisation,
  AddResult: creating('results', 'result'),
  DefineIndicator: { ...indicator, creates: true },
  SetBaseline: indicator,
  SetTarget: indicator,
  ReviseTarget: indicator,
  AddStrand: { ...strand, creates: true },
  HoldStrand: strand,
  PlanActivity: { ...activity, creates: true },
  LinkActivity: activity,
  StartActivity: activity,
  CompleteActivity: activity,
  HoldActivity: activity,
  ResumeActivity: activity,
  PostponeActivity: activity,
  CancelActivity: activity,
  AdoptPlan: creating('plans', 'plan'),
  HoldTraining: { ...training, creates: true },
  VoidTraining: training,
  RecordHeadcount: training,
  CorrectHeadcount: training,
  RegisterDialogue: creating('dialogues', 'dialogue'),
  RecordMeeting: creating('meetings', 'meeting'),
  AddHeading: creating('headings', 'heading'),
  StateTotal: budget,
  RecordCeiling: budget,
  RecordExpenditure: creating('expenditures', 'expenditure'),
  SubmitReport: creating('reports', 'report'),
};

/** What is private to no project, and projects themselves, are not under a project's path. */
const isOutsideProjects = (things: string) => things === 'projects' || things === 'organisations';

/**
 * A step about the thing of this name (its id follows from it). `[name, detail]` tells two commands of one kind about
 * one thing apart.
 */
export function step<Name extends CommandName>(
  actor: Actor,
  command: Name,
  of: string | readonly [name: string, detail: string],
  title: string,
  body: Omit<Commands[Name], 'id'>,
): Step {
  const [name, ...detail] = typeof of === 'string' ? [of] : of;
  const { things, category, creates } = routes[command];
  const thing = id(category, name);
  const base = isOutsideProjects(things) ? `/v1/${things}` : `/v1/projects/${projectId}/${things}`;
  return {
    actor,
    command,
    thing,
    title,
    key: ['libmitaf', kebab(command), name, ...detail].join('/'),
    path: creates ? base : `${base}/${thing}/${kebab(command)}`,
    body: creates ? { id: thing, ...body } : body,
  };
}

const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
