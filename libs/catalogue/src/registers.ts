import { accessRegister } from '#access';
import { activityRegister, strandRegister, workPlan } from '#activities';
import { redactionRegister, restorationRegister } from '#audit';
import { aggregateRegister } from '#aggregates';
import { budgetRegister, budgetTerms, expenditureRegister } from '#budget';
import { courseRegister, cohortRegister } from '#courses';
import {
  deliverableRegister,
  versionRegister,
  itemRegister,
  itemStateRegister,
  itemProgressRegister,
} from '#deliveries';
import type { AnyPosting, AnyRegister } from '#event-sourcing';
import { evidenceRegister } from '#evidence';
import { assumptionRegister, inputRegister, logframeRegister, logframeVersions, riskRegister } from '#framework';
import { contributionRegister, rateRegister, requirementRegister } from '#funding';
import { smallGrantRegister, instalmentRegister } from '#grants';
import {
  factRegister,
  indicatorRegister,
  observationRegister,
  openingBalanceRegister,
  periodTargetRegister,
  posting as indicatorPosting,
} from '#indicators';
import { coordinationRegister, decisionRegister, dialogueRegister } from '#meetings';
import { narrativeRegister } from '#narratives';
import { assessmentRoundRegister, contextFigureRegister, peopleInNeedRegister } from '#needs';
import { membershipRegister, organisationRegister } from '#organisations';
import { placeRegister } from '#places';
import { programmeRegister } from '#programmes';
import {
  aliasRegister,
  contactRegister,
  documentRegister,
  fundingRegister,
  inclusionRegister,
  partnerRegister,
  periodRegister,
  projectRegister,
  successionRegister,
} from '#projects';
import { reportRegister } from '#reports';
import { requestRegister } from '#requests';
import { packageRegister, serviceRegister } from '#services';
import { reviewRegister, reviewRuleRegister } from '#reviews';
import { trainingRegister } from '#trainings';

/** Every register. Those that the ledger posts from are in it too. */
export const registers: readonly AnyRegister[] = [
  projectRegister,
  periodRegister,
  aliasRegister,
  successionRegister,
  fundingRegister,
  partnerRegister,
  contactRegister,
  documentRegister,
  inclusionRegister,
  narrativeRegister,
  programmeRegister,
  organisationRegister,
  membershipRegister,
  placeRegister,
  accessRegister,
  logframeRegister,
  inputRegister,
  assumptionRegister,
  riskRegister,
  logframeVersions,
  strandRegister,
  activityRegister,
  workPlan,
  courseRegister,
  cohortRegister,
  smallGrantRegister,
  instalmentRegister,
  deliverableRegister,
  versionRegister,
  itemRegister,
  itemStateRegister,
  itemProgressRegister,
  requestRegister,
  trainingRegister,
  packageRegister,
  serviceRegister,
  aggregateRegister,
  contextFigureRegister,
  assessmentRoundRegister,
  peopleInNeedRegister,
  dialogueRegister,
  coordinationRegister,
  decisionRegister,
  budgetRegister,
  budgetTerms,
  expenditureRegister,
  requirementRegister,
  contributionRegister,
  rateRegister,
  indicatorRegister,
  observationRegister,
  openingBalanceRegister,
  factRegister,
  periodTargetRegister,
  reportRegister,
  evidenceRegister,
  reviewRuleRegister,
  reviewRegister,
  redactionRegister,
  restorationRegister,
];

export const posting: AnyPosting = indicatorPosting;
