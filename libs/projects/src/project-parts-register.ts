import { register } from '#event-sourcing';
import type { AliasData, AliasEvent } from './alias.js';
import type { ContactData, ContactEvent } from './contact.js';
import type { DocumentData, DocumentEvent } from './document.js';
import type { FundingData, FundingEvent } from './funding.js';
import type { InclusionData, InclusionEvent } from './inclusion.js';
import type { PartnerData, PartnerEvent } from './partner.js';
import type { SuccessionData, SuccessionEvent } from './succession.js';

/** A fact of a project, in a list of its own. */
export type PartRow<Facts> = Facts & { status: 'recorded' | 'voided' };

const recorded = <Facts extends object>(data: Facts): PartRow<Facts> => ({ ...data, status: 'recorded' });
const corrected = <Facts extends object>(data: Facts & { replaces: string }): PartRow<Facts> => {
  const { replaces: _, ...facts } = data;
  return recorded(facts as unknown as Facts);
};
const voided = <Facts extends object>(row: PartRow<Facts> | undefined): PartRow<Facts> => ({
  ...(row as PartRow<Facts>),
  status: 'voided',
});

/** By which other names lists call the project. */
export const aliasRegister = register<PartRow<AliasData>, AliasEvent>()({
  name: 'alias-register',
  version: 1,
  evolve: {
    AliasRecorded: (_, { data }) => recorded(data),
    AliasCorrected: (_, { data }) => corrected(data),
    AliasVoided: (row) => voided(row),
  },
});

/** Which earlier projects it follows. */
export const successionRegister = register<PartRow<SuccessionData>, SuccessionEvent>()({
  name: 'succession-register',
  version: 1,
  evolve: {
    SuccessionRecorded: (_, { data }) => recorded(data),
    SuccessionCorrected: (_, { data }) => corrected(data),
    SuccessionVoided: (row) => voided(row),
  },
});

/** Who funds it, in which role, with which amount and share. What does not fit stands in the project's own row. */
export const fundingRegister = register<PartRow<FundingData>, FundingEvent>()({
  name: 'funding-register',
  version: 1,
  evolve: {
    FundingRecorded: (_, { data }) => recorded(data),
    FundingCorrected: (_, { data }) => corrected(data),
    FundingVoided: (row) => voided(row),
  },
  validity: ({ from, to }) => ({ from: from ?? null, to: to ?? null }),
});

/** Which organisations have a part in it, in which role; or that none have, that it does not apply, is not stated. */
export const partnerRegister = register<PartRow<PartnerData>, PartnerEvent>()({
  name: 'partner-register',
  version: 1,
  evolve: {
    PartnerRecorded: (_, { data }) => recorded(data),
    PartnerCorrected: (_, { data }) => corrected(data),
    PartnerVoided: (row) => voided(row),
  },
  validity: ({ from, to }) => ({ from: from ?? null, to: to ?? null }),
});

/** Its contacts, as roles; who they are stands in the vault. */
export const contactRegister = register<PartRow<ContactData>, ContactEvent>()({
  name: 'contact-register',
  version: 1,
  evolve: {
    ContactRecorded: (_, { data }) => recorded(data),
    ContactCorrected: (_, { data }) => corrected(data),
    ContactVoided: (row) => voided(row),
  },
});

/** Its documents, a row for each language. */
export const documentRegister = register<PartRow<DocumentData>, DocumentEvent>()({
  name: 'document-register',
  version: 1,
  evolve: {
    DocumentRecorded: (_, { data }) => recorded(data),
    DocumentCorrected: (_, { data }) => corrected(data),
    DocumentVoided: (row) => voided(row),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});

/** The programmes and portfolios that it is, or was, a part of. */
export const inclusionRegister = register<PartRow<InclusionData>, InclusionEvent>()({
  name: 'inclusion-register',
  version: 1,
  evolve: {
    ProjectIncluded: (_, { data }) => recorded(data),
    InclusionCorrected: (_, { data }) => corrected(data),
    InclusionEnded: (row, { data: { to } }) => ({ ...(row as PartRow<InclusionData>), to }),
    InclusionVoided: (row) => voided(row),
  },
  // What has no end has not left it: open, not ended on a day that is not stated.
  validity: ({ from, to }) => ({ from: from ?? null, ...(to !== undefined && { to }) }),
});
