import { activity, plan, reachedFrom, strand, type Activity } from '#activities';
import type { Binding, Command, ReadThing } from '#event-sourcing';
import { result } from '#framework';
import { organisation } from '#organisations';
import { place } from '#places';
import { known, knownById } from './known.js';

type InProject = <Asked>(
  bind: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

interface StrandLinks {
  result?: string;
  counterpart?: string;
}
interface ActivityLinks {
  strand?: string;
  to?: string;
  target?: string;
  places?: string[];
  organisations?: string[];
  counterpart?: string;
}
interface PlanLinks {
  sections?: { strand: string }[];
  lines?: { activity: string }[];
  counterpart?: string;
}

/** The work plan: its strands, its activities, and what it places. `inProject`: what all facts of a project need. */
export const activityBindings = (inProject: InProject): Binding[] => [
  {
    decider: strand,
    context: inProject<StrandLinks>(async (command, read) => ({
      result: await known(read, result, command.result),
      counterpart: await known(read, organisation, command.counterpart),
    })),
  },
  {
    decider: activity,
    context: inProject<ActivityLinks>(async (command, read) => ({
      strand: await known(read, strand, command.strand),
      target: await linkTarget(command, read),
      places: await knownById(read, place, command.places ?? []),
      organisations: await knownById(read, organisation, command.organisations ?? []),
      counterpart: await known(read, organisation, command.counterpart),
    })),
  },
  {
    decider: plan,
    context: inProject<PlanLinks>(async ({ sections = [], lines = [], counterpart }, read) => ({
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
      counterpart: await known(read, organisation, counterpart),
    })),
  },
];

async function linkTarget({ to, target }: ActivityLinks, read: ReadThing) {
  if (target === undefined) return undefined;
  if (to === 'result') {
    const state = await known(read, result, target);
    return state && { status: state.status, leadsTo: new Set<string>() };
  }
  const state = await read<Activity>(activity, target);
  if (state.status === 'none') return undefined;
  return { status: state.status, leadsTo: await reachedFrom(target, (id) => read<Activity>(activity, id)) };
}
