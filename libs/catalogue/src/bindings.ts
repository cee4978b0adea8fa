import { everyProject, grant } from '#access';
import { activity } from '#activities';
import { redactionOf, restoration } from '#audit';
import { budget, expenditure, heading } from '#budget';
import type { Binding, Calendar, Circumstances, Command, LocalDate, ReadThing } from '#event-sourcing';
import { contributionsOf, result } from '#framework';
import { indicator, observation } from '#indicators';
import { decision, dialogue, meeting } from '#meetings';
import { organisation } from '#organisations';
import { place } from '#places';
import { calendarOf, ClosePeriod, period, project, type Project } from '#projects';
import { report, SubmitReport } from '#reports';
import { training } from '#trainings';
import { accountBindings } from './account-bindings.js';
import { activityBindings } from './activity-bindings.js';
import { frameworkBindings } from './framework-bindings.js';
import { aggregateBindings } from './aggregate-bindings.js';
import { fundingBindings } from './funding-bindings.js';
import { known, knownById } from './known.js';
import { ledgerBindings } from './ledger-bindings.js';
import { needBindings } from './need-bindings.js';
import { projectBindings } from './project-bindings.js';
import { reviewBindings } from './review-bindings.js';
import { serviceBindings } from './service-bindings.js';
import { workBindings } from './work-bindings.js';

/** Indicators of a project that have no entry in a window; the one question that a decision asks of a projection. */
export type Unanswered = (
  project: string,
  window: { from: LocalDate; to: LocalDate },
) => Promise<{ indicator: string; name: string }[]>;

/** Every decider, and what its decisions need of other streams. What is read becomes a guard of the append. */
export function bindings(unanswered: Unanswered): Binding[] {
  const things: Binding[] = [
    {
      decider: project,
      context: async (command, read) => {
        const { period: id, places } = command as { period?: string; places?: string[] };
        const state = await read<Project>(project, command.id);
        return {
          ...(state.status !== 'none' && { timeZone: state.facts.timeZone }),
          ...(id !== undefined && { period: await read(period, id) }),
          ...(places && { places: await knownById(read, place, places) }),
        };
      },
    },
    {
      decider: period,
      context: inProject<{ id: string }>(async (command, read, { scope }) => {
        const found = periodsOf(await read(project, scope)).find((one) => one.id === command.id);
        // Asked of projections, which may lag or stand still: not where nobody needs the answer.
        const isAsked = found && command instanceof ClosePeriod;
        return { period: found, unanswered: isAsked ? await unanswered(scope, found) : [] };
      }),
    },
    ...projectBindings(inProject),
    ...accountBindings(inProject),
    ...ledgerBindings,
    {
      decider: grant,
      context: async (command, read) => {
        const { project: id } = command as { project?: string };
        return { project: await known(read, project, id === everyProject ? undefined : id) };
      },
    },
    {
      decider: result,
      context: inProject<{ contributesTo?: string[] }>(async ({ contributesTo = [] }, read) => ({
        contributions: await contributionsOf(contributesTo, (id) => read(result, id)),
      })),
    },
    ...frameworkBindings(inProject),
    ...activityBindings(inProject),
    {
      decider: training,
      context: inProject<{ activity?: string; byOrganisation?: { organisation?: string }[] }>(
        async ({ activity: id, byOrganisation = [] }, read) => ({
          activity: await known(read, activity, id),
          organisations: await knownById(
            read,
            organisation,
            byOrganisation.flatMap((part) => part.organisation ?? []),
          ),
        }),
      ),
    },
    ...workBindings(inProject),
    { decider: dialogue, context: inProject() },
    {
      decider: meeting,
      context: inProject<MeetingLinks>(async (command, read) => ({
        framework: await frameworkOf(command, read),
        organiser: await known(read, organisation, command.organiser),
        organisations: await Promise.all((command.organisations ?? []).map((id) => known(read, organisation, id))),
        represented: await Promise.all(
          (command.representing ?? []).map(({ onBehalfOf }) => known(read, organisation, onBehalfOf)),
        ),
        dialogue: await known(read, dialogue, command.dialogue),
        activity: await known(read, activity, command.activity),
      })),
    },
    {
      decider: decision,
      context: inProject<{ meeting?: string; organisation?: string }>(async (command, read) => {
        const own = await read(decision, command.id);
        const taken = own.status === 'none' ? undefined : own.decision.facts.meeting;
        return {
          meeting: await known(read, meeting, command.meeting ?? taken),
          organisation: await known(read, organisation, command.organisation),
        };
      }),
    },
    { decider: heading, context: inProject() },
    { decider: budget, context: inProject() },
    {
      decider: expenditure,
      context: inProject<{ heading?: string }>(async (command, read) => ({
        heading: await known(read, heading, command.heading),
      })),
    },
    ...fundingBindings(inProject),
    ...serviceBindings(inProject),
    ...needBindings(inProject),
    ...aggregateBindings(inProject),
    {
      decider: indicator,
      context: inProject<IndicatorLinks>(async (command, read) => ({
        result: await known(read, result, command.result),
        filter: {
          results: await knownById(read, result, command.measure?.filter?.results ?? []),
          activities: await knownById(read, activity, command.measure?.filter?.activities ?? []),
        },
      })),
    },
    {
      decider: observation,
      context: inProject<{ indicator?: string }>(async (command, read) => ({
        indicator: await measuredBy(command, read),
      })),
    },
    {
      decider: report,
      context: (command, read, circumstances) =>
        command instanceof SubmitReport ? periodToReport(command, read, circumstances) : Promise.resolve({}),
    },
  ];
  const categories = things.map(({ decider }) => decider.category);
  const reviews = reviewBindings(inProject, categories);
  const redactable = [...categories, ...reviews.map(({ decider }) => decider.category)];
  return [...things, ...reviews, redactionOf(redactable), { decider: restoration }];
}

interface MeetingLinks {
  framework?: string;
  organiser?: string;
  organisations?: string[];
  representing?: { onBehalfOf: string }[];
  dialogue?: string;
  activity?: string;
}

interface IndicatorLinks {
  result?: string;
  measure?: { filter?: { results?: string[]; activities?: string[] } };
}

type Bind<Asked> = (
  command: Command & Asked,
  read: ReadThing,
  circumstances: Circumstances,
) => Promise<Record<string, unknown>> | Record<string, unknown>;

/** What every fact in a project needs: the project itself, its time zone, and which of its periods are closed. */
function inProject<Asked = object>(bind: Bind<Asked> = () => ({})): NonNullable<Binding['context']> {
  return async (command, read, circumstances) => {
    const state = await read(project, circumstances.scope);
    const closed = new Set<string>();
    for (const one of periodsOf(state)) {
      if ((await read(period, one.id)).status === 'closed') closed.add(one.id);
    }
    const timeZone = state.status === 'none' ? 'UTC' : state.facts.timeZone;
    // Refuses what is in no project.
    calendarOf(state, closed, circumstances);
    // Today is the project's once the recorder has been told its time zone: not yet, but when a date is checked.
    const calendar: Calendar = {
      checkDate: (...dates) => calendarOf(state, closed, circumstances).checkDate(...dates),
    };
    return { timeZone, ...calendar, ...(await bind(command as Command & Asked, read, circumstances)) };
  };
}

/** The worker's own commands about a report need nothing else: they append with the report's revision alone. */
const periodToReport = inProject<{ period?: string }>(async (command, read, { scope }) => ({
  period: periodsOf(await read(project, scope)).find((one) => one.id === command.period),
}));

const periodsOf = (state: Project) => (state.status === 'none' ? [] : state.periods);

async function frameworkOf({ framework: id }: MeetingLinks, read: ReadThing) {
  const state = id === undefined ? undefined : await read(organisation, id);
  if (!state || state.status === 'none') return undefined;
  return { status: state.status, kind: state.organisation.facts.kind };
}

async function measuredBy({ indicator: id }: { indicator?: string }, read: ReadThing) {
  const state = id === undefined ? undefined : await read(indicator, id);
  if (!state || state.status === 'none') return undefined;
  return { status: state.status, kind: state.definition.facts.measure.kind };
}
