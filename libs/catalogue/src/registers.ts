import { accessRegister } from '#access';
import { activityRegister, strandRegister, workPlan } from '#activities';
import { redactionRegister, restorationRegister } from '#audit';
import { budgetRegister, budgetTerms, expenditureRegister } from '#budget';
import type { AnyPosting, AnyRegister } from '#event-sourcing';
import { logframeRegister } from '#framework';
import { factRegister, indicatorRegister, observationRegister, posting as indicatorPosting } from '#indicators';
import { coordinationRegister, dialogueRegister } from '#meetings';
import { organisationRegister } from '#organisations';
import { periodRegister, projectRegister } from '#projects';
import { reportRegister } from '#reports';
import { trainingRegister } from '#trainings';

/** Every register. Those that the ledger posts from are in it too. */
export const registers: readonly AnyRegister[] = [
  projectRegister,
  periodRegister,
  organisationRegister,
  accessRegister,
  logframeRegister,
  strandRegister,
  activityRegister,
  workPlan,
  trainingRegister,
  dialogueRegister,
  coordinationRegister,
  budgetRegister,
  budgetTerms,
  expenditureRegister,
  indicatorRegister,
  observationRegister,
  factRegister,
  reportRegister,
  redactionRegister,
  restorationRegister,
];

export const posting: AnyPosting = indicatorPosting;
