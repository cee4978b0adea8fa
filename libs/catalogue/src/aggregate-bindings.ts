import { activity } from '#activities';
import { aggregate } from '#aggregates';
import type { Binding, Command, ReadThing } from '#event-sourcing';
import { meeting } from '#meetings';
import { service } from '#services';
import { training } from '#trainings';
import { known, knownById } from './known.js';

type InProject = <Asked = object>(
  bind?: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

const itemOf = { training, meeting, service };

/** Several facts recorded as one. `inProject`: what all facts of a project need. */
export const aggregateBindings = (inProject: InProject): Binding[] => [
  {
    decider: aggregate,
    context: inProject<{ activity?: string; items?: string[] }>(async (command, read) => {
      const own = command.items && (await read(aggregate, command.id));
      const of = own && own.status !== 'none' ? itemOf[own.aggregate.facts.of] : undefined;
      return {
        activity: await known(read, activity, command.activity),
        items: of ? await knownById(read, of, command.items ?? []) : new Map(),
      };
    }),
  },
];
