import type { Posting } from '#event-sourcing';
import type { FactRow } from './fact.js';
import { factRegister } from './facts.js';
import { indicatorRegister, type IndicatorDefinition, type IndicatorRow } from './indicator-register.js';
import { entriesOf } from './measure.js';

/** How facts and definitions make the ledger's entries. Raise `version` when the same rows are to post otherwise. */
export const posting: Posting<FactRow, IndicatorDefinition> = {
  version: 1,
  facts: factRegister.name,
  definitions: indicatorRegister.name,
  definition: ({ key, scope, ordinal, document }) => {
    const { version, measure } = document as IndicatorRow;
    return { indicator: key, version, scope, ordinal, measure };
  },
  // An organisation belongs to no project; a project's indicator may count it all the same.
  takes: (definition, scope) =>
    definition.scope === scope || (scope === 'ledger' && definition.measure.of === 'organisation'),
  post: (_, fact, { measure, indicator }) => entriesOf(fact, measure, indicator),
};
