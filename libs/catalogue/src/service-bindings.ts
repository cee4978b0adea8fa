import { activity } from '#activities';
import type { Binding, Command, ReadThing } from '#event-sourcing';
import { organisation } from '#organisations';
import { place } from '#places';
import { packageOf, service } from '#services';
import { known, knownById } from './known.js';

type InProject = <Asked = object>(
  bind?: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

interface ServiceLinks {
  package?: string;
  activity?: string;
  organisation?: string;
  places?: string[];
}

/** What is provided, and to whom. `inProject`: what all facts of a project need. */
export const serviceBindings = (inProject: InProject): Binding[] => [
  { decider: packageOf, context: inProject() },
  {
    decider: service,
    context: inProject<ServiceLinks>(async (command, read) => ({
      package: await known(read, packageOf, command.package),
      activity: await known(read, activity, command.activity),
      organisation: await known(read, organisation, command.organisation),
      places: await knownById(read, place, command.places ?? []),
    })),
  },
];
