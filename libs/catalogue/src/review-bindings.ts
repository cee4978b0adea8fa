import { grant } from '#access';
import { eventsOf } from '#audit';
import type { Binding, Command, ReadThing } from '#event-sourcing';
import { evidence } from '#evidence';
import { rate } from '#funding';
import { membership, organisation } from '#organisations';
import { place } from '#places';
import { programme } from '#programmes';
import { project } from '#projects';
import { review, reviewRule } from '#reviews';

type InProject = <Asked = object>(
  bind?: (command: Command & Asked, read: ReadThing) => Promise<Record<string, unknown>>,
) => NonNullable<Binding['context']>;

const ofNoProject = [grant, membership, organisation, place, programme, project, rate].map(({ category }) => category);

/** Kinds of things of which a project has facts, in the order of the alphabet. */
export const reviewableOf = (categories: readonly string[]): ReadonlySet<string> =>
  new Set(categories.filter((one) => !ofNoProject.includes(one)).sort());

/** What is recorded of facts of all these kinds: approvals, and what proves them. `inProject`: what all facts of a project need. */
export function reviewBindings(inProject: InProject, categories: readonly string[]): Binding[] {
  const reviewable = reviewableOf([...categories, evidence.category]);
  return [
    { decider: reviewRule, context: inProject(() => Promise.resolve({ reviewable })) },
    {
      decider: review,
      context: inProject<{ category: string }>(async ({ category, id }, read) => ({
        events: reviewable.has(category) ? await read(eventsOf(category), id) : [],
      })),
    },
    {
      decider: evidence,
      context: inProject<{ category?: string; thing?: string }>(async ({ category, thing }, read) => ({
        events: category && thing && categories.includes(category) ? await read(eventsOf(category), thing) : [],
      })),
    },
  ];
}
