import { activity } from '#activities';
import type { Binding, Command, ReadThing } from '#event-sourcing';
import { assumption, input, logframe, result, risk } from '#framework';
import { indicator, periodTarget } from '#indicators';
import { known, knownById } from './known.js';

type InProject = <Asked>(
  bind: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

interface LogframeLinks {
  results?: { result: string }[];
  indicators?: { indicator: string }[];
}

/** What stands beside the results of a logframe, its targets per period, and its versions. `inProject`: what all facts of a project need. */
export const frameworkBindings = (inProject: InProject): Binding[] => [
  {
    decider: input,
    context: inProject<{ result?: string; activity?: string }>(async (command, read) => ({
      result: await known(read, result, command.result),
      activity: await known(read, activity, command.activity),
    })),
  },
  ...[assumption, risk].map((decider) => ({
    decider,
    context: inProject<{ result?: string }>(async (command, read) => ({
      result: await known(read, result, command.result),
    })),
  })),
  {
    decider: periodTarget,
    context: inProject<{ indicator?: string; shareOf?: { indicator: string } }>(async (command, read) => ({
      indicator: await known(read, indicator, command.indicator),
      shareOf: await known(read, indicator, command.shareOf?.indicator),
    })),
  },
  {
    decider: logframe,
    context: inProject<LogframeLinks>(async ({ results = [], indicators = [] }, read) => ({
      results: await knownById(
        read,
        result,
        results.map((one) => one.result),
      ),
      indicators: await knownById(
        read,
        indicator,
        indicators.map((one) => one.indicator),
      ),
    })),
  },
];
