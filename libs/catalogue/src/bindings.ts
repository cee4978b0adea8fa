import { everyProject, grant } from '#access';
import { activity, plan, reachedFrom, strand, type Activity } from '#activities';
import { redactionOf, restoration } from '#audit';
import { budget, expenditure, heading } from '#budget';
import type { AnyDecider, Binding, Calendar, Circumstances, Command, LocalDate, ReadThing } from '#event-sourcing';
import { contributionsOf, result } from '#framework';
import { indicator, observation } from '#indicators';
import { dialogue, meeting } from '#meetings';
import { organisation } from '#organisations';
import { calendarOf, ClosePeriod, period, project, type Project } from '#projects';
import { report, SubmitReport } from '#reports';
import { training } from '#trainings';

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
        const { period: id } = command as { period?: string };
        const state = await read<Project>(project, command.id);
        return {
          ...(state.status !== 'none' && { timeZone: state.facts.timeZone }),
          ...(id !== undefined && { period: await read(period, id) }),
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
    { decider: organisation },
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
    {
      decider: strand,
      context: inProject<{ result?: string }>(async (command, read) => ({
        result: await known(read, result, command.result),
      })),
    },
    {
      decider: activity,
      context: inProject<{ strand?: string; to?: string; target?: string }>(async (command, read) => ({
        strand: await known(read, strand, command.strand),
        target: await linkTarget(command, read),
      })),
    },
    {
      decider: plan,
      context: inProject<{ sections?: { strand: string }[]; lines?: { activity: string }[] }>(
        async ({ sections = [], lines = [] }, read) => ({
          strands: await knownById(
            read,
            strand,
            sections.map((section) => section.strand),
          ),
          activities: await knownById(
            read,
            activity,
            lines.map((line) => line.activity),
          ),
        }),
      ),
    },
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
    { decider: dialogue, context: inProject() },
    {
      decider: meeting,
      context: inProject<MeetingLinks>(async (command, read) => ({
        framework: await frameworkOf(command, read),
        organiser: await known(read, organisation, command.organiser),
        organisations: await Promise.all((command.organisations ?? []).map((id) => known(read, organisation, id))),
        dialogue: await known(read, dialogue, command.dialogue),
        activity: await known(read, activity, command.activity),
      })),
    },
    { decider: heading, context: inProject() },
    { decider: budget, context: inProject() },
    {
      decider: expenditure,
      context: inProject<{ heading?: string }>(async (command, read) => ({
        heading: await known(read, heading, command.heading),
      })),
    },
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
  return [...things, redactionOf(things.map(({ decider }) => decider.category)), { decider: restoration }];
}

interface MeetingLinks {
  framework?: string;
  organiser?: string;
  organisations?: string[];
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

/** The state of a thing that a command names; undefined where it names none, or there is none. */
async function known(read: ReadThing, of: AnyDecider, id: string | undefined): Promise<{ status: string } | undefined> {
  if (id === undefined) return undefined;
  const state = (await read(of, id)) as { status: string };
  return state.status === 'none' ? undefined : state;
}

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

async function knownById(read: ReadThing, of: AnyDecider, ids: readonly string[]) {
  const states = await Promise.all(ids.map(async (id) => [id, await known(read, of, id)] as const));
  return new Map(states.filter((pair): pair is [string, { status: string }] => pair[1] !== undefined));
}

async function linkTarget({ to, target }: { to?: string; target?: string }, read: ReadThing) {
  if (target === undefined) return undefined;
  if (to === 'result') {
    const state = await known(read, result, target);
    return state && { status: state.status, leadsTo: new Set<string>() };
  }
  const state = await read<Activity>(activity, target);
  if (state.status === 'none') return undefined;
  return { status: state.status, leadsTo: await reachedFrom(target, (id) => read<Activity>(activity, id)) };
}
