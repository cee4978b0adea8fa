import { rows } from '../../event-sourcing/src/given-when-then.js';
import {
  aliasRegister,
  contactRegister,
  documentRegister,
  fundingRegister,
  inclusionRegister,
  partnerRegister,
  successionRegister,
} from './project-parts-register.js';

const alias = { name: 'Libya facility', source: 'Donor mapping', lang: 'en' };

test.each([
  [aliasRegister, 'Alias', 'AliasRecorded', alias],
  [successionRegister, 'Succession', 'SuccessionRecorded', { kind: 'follows', title: 'Phase I' }],
  [fundingRegister, 'Funding', 'FundingRecorded', { organisation: 'o', role: 'funds', share: '100' }],
  [partnerRegister, 'Partner', 'PartnerRecorded', { role: 'implementing', answer: 'none' }],
  [contactRegister, 'Contact', 'ContactRecorded', { title: 'Project manager' }],
  [documentRegister, 'Document', 'DocumentRecorded', { title: 'Contract', kind: 'contract', lang: 'fr' }],
  [inclusionRegister, 'Inclusion', 'ProjectIncluded', { programme: 'p', from: '2021' }],
] as const)('%# a row as it was recorded, restated, voided', async (register, name, first, facts) => {
  const recorded = { type: first, data: facts };
  const { ...rest }: Record<string, unknown> = facts;
  const [left] = Object.keys(rest).slice(-1) as [string];
  delete rest[left];
  const corrected = { type: `${name}Corrected`, data: { ...rest, replaces: 'e1' } };
  const voided = { type: `${name}Voided`, data: { voids: 'e2' } };
  expect(await rows(register, recorded)).toEqual([{ ...facts, status: 'recorded' }]);
  expect(await rows(register, recorded, corrected)).toEqual([{ ...rest, status: 'recorded' }]);
  expect(await rows(register, recorded, corrected, voided)).toEqual([{ ...rest, status: 'voided' }]);
});

test('a project that left a programme shows until when it was part of it', async () => {
  const included = { type: 'ProjectIncluded', data: { programme: 'p', from: '2021' } };
  const removed = { type: 'InclusionEnded', data: { to: '2022-03' } };
  expect(await rows(inclusionRegister, included, removed)).toEqual([
    { programme: 'p', from: '2021', to: '2022-03', status: 'recorded' },
  ]);
});

test('a project that did not leave a programme is part of it still', () => {
  const row = { programme: 'p', from: '2021', status: 'recorded' } as const;
  expect(inclusionRegister.validity?.(row)).toEqual({ from: '2021' });
  expect(inclusionRegister.validity?.({ ...row, to: '2022' })).toEqual({ from: '2021', to: '2022' });
});

test('dates that are not stated are null', () => {
  const row = { organisation: 'o', role: 'funds', status: 'recorded' } as const;
  expect(fundingRegister.validity?.(row)).toEqual({ from: null, to: null });
  expect(fundingRegister.validity?.({ ...row, from: '2021' })).toEqual({ from: '2021', to: null });
  const document = { title: 'Contract', kind: 'contract', lang: 'fr', status: 'recorded' } as const;
  expect(documentRegister.validity?.({ ...document, occurredOn: '2021' })).toEqual({ from: '2021', to: '2021' });
});
