import { register } from '#event-sourcing';
import type { BudgetEvent, CeilingData, TotalData } from './budget.js';

export interface BudgetTermsRow {
  /** Missing = no document's total is stated. */
  total?: TotalData;
  /** Missing = no ceiling is stated. */
  ceiling?: CeilingData;
}

/** What is said of a project's budget as a whole: the printed total and the ceiling of indirect costs. */
export const budgetTerms = register<BudgetTermsRow, BudgetEvent>()({
  name: 'budget-terms',
  version: 1,
  evolve: {
    TotalStated: (row, { data }) => ({ ...row, total: data }),
    TotalCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...row, total: data }),
    TotalVoided: (row) => ({ ...row, total: undefined }),
    CeilingRecorded: (row, { data }) => ({ ...row, ceiling: data }),
    CeilingCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...row, ceiling: data }),
    CeilingVoided: (row) => ({ ...row, ceiling: undefined }),
  },
});
