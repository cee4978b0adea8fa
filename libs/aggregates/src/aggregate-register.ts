import { register } from '#event-sourcing';
import type { AggregateData, AggregateEvent, ItemsData } from './aggregate-commands.js';

export interface AggregateRow extends AggregateData, ItemsData {
  status: 'recorded' | 'voided';
  /** How many items there are more (less: negative) than it says; of an incomplete list only where it is more. */
  itemsDifference?: number;
}

/** What is recorded as several facts in one, and the facts that stand in its place. */
export const aggregateRegister = register<AggregateRow, AggregateEvent>()({
  name: 'aggregate-register',
  version: 1,
  evolve: {
    AggregateRecorded: (_, { data }) => checked(data, { status: 'recorded', items: [], isComplete: false }),
    AggregateCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, items, isComplete } = row as AggregateRow;
      return checked(data, { status, items, isComplete });
    },
    AggregateVoided: (row) => ({ ...(row as AggregateRow), status: 'voided' }),
    AggregateItemised: (row, { data }) => {
      const { itemsDifference: _, status, ...stated } = row as AggregateRow;
      return checked(stated, { status, ...data });
    },
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});

function checked(data: AggregateData, told: ItemsData & Pick<AggregateRow, 'status'>): AggregateRow {
  const itemsDifference = told.items.length - data.count;
  const isFlagged = itemsDifference > 0 || (told.isComplete && itemsDifference < 0);
  return { ...data, ...told, ...(isFlagged && { itemsDifference }) };
}
