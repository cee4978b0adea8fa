import { thingController } from '#http';
import { deliverableRegister, versionRegister } from './deliverable-register.js';
import { deliverableVersion } from './deliverable-version.js';
import { deliverable } from './deliverable.js';
import { itemProgress } from './item-progress.js';
import { itemProgressRegister, itemRegister, itemStateRegister } from './item-register.js';
import { itemState } from './item-state.js';
import { item } from './item.js';

const reason = { code: 'data-quality', text: 'The delivery note says otherwise.' };
// Of LIBMITAF: a line of its plan, and an organisation. It has none of the things below: with ids of their own.
const line22 = '9715e9c3-2cf7-55f0-b2ef-7c9cf2088f76';
const someCso = 'effde9d4-2a6e-5a15-9071-db872b9ac349';
const its = (last: string) => `018f3f5e-0000-7000-8000-0000000092${last}`;

const module1 = {
  title: 'Training module on migration dialogues',
  kind: 'curriculum',
  due: '2022-12',
  activity: line22,
};
const draft = { deliverable: its('01'), label: 'draft', occurredOn: '2022-11-20', lang: 'en' };
const computers = {
  kind: 'equipment',
  title: 'Computers for the registration desk',
  quantity: '40',
  unit: 'piece',
  site: 'Diplomatic Institute, Tripoli',
  beneficiary: someCso,
};
const delivered = { item: its('03'), state: 'delivered', occurredOn: '2023-02-14', quantity: '25' };
const progress = { item: its('03'), percent: '62.5', occurredOn: '2023-02-28' };

export const DeliverablesController = thingController({
  things: 'deliverables',
  scope: 'project',
  decider: deliverable,
  register: deliverableRegister,
  on: its('01'),
  after: 'RecordDeliverable',
  commands: {
    RecordDeliverable: {
      role: 'officer',
      creates: true,
      summary: 'Record what the project is to deliver',
      example: { id: its('01'), ...module1 },
    },
    CorrectDeliverable: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...module1, due: '2023-01', reason },
      after: 'RecordDeliverable',
    },
    VoidDeliverable: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordDeliverable',
    },
  },
});

export const DeliverableVersionsController = thingController({
  things: 'deliverable-versions',
  scope: 'project',
  decider: deliverableVersion,
  register: versionRegister,
  on: its('02'),
  after: 'DeliverVersion',
  commands: {
    DeliverVersion: {
      role: 'officer',
      creates: true,
      summary: 'Record that a version was delivered',
      example: { id: its('02'), ...draft },
      after: 'RecordDeliverable',
    },
    CorrectVersion: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...draft, label: 'final draft', reason },
      after: 'DeliverVersion',
    },
    VoidVersion: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'DeliverVersion',
    },
    AcceptVersion: {
      role: 'officer',
      summary: 'Record that it was accepted',
      example: { organisation: someCso, occurredOn: '2023-01-12' },
      after: 'DeliverVersion',
    },
    CorrectAcceptance: {
      role: 'officer',
      summary: 'Restate its acceptance, with a reason',
      example: { organisation: someCso, occurredOn: '2023-01-13', reason },
      after: 'AcceptVersion',
    },
    VoidAcceptance: {
      role: 'officer',
      summary: 'It was not accepted after all',
      example: { reason },
      after: 'AcceptVersion',
    },
  },
});

export const ItemsController = thingController({
  things: 'items',
  scope: 'project',
  decider: item,
  register: itemRegister,
  on: its('03'),
  after: 'RegisterItem',
  commands: {
    RegisterItem: {
      role: 'officer',
      creates: true,
      summary: 'Add equipment, or works at a site',
      example: { id: its('03'), ...computers },
    },
    CorrectItem: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...computers, quantity: '45', reason },
      after: 'RegisterItem',
    },
    VoidItem: { role: 'officer', summary: 'It was registered in error', example: { reason }, after: 'RegisterItem' },
  },
});

export const ItemStatesController = thingController({
  things: 'item-states',
  scope: 'project',
  decider: itemState,
  register: itemStateRegister,
  on: its('04'),
  after: 'RecordItemState',
  commands: {
    RecordItemState: {
      role: 'officer',
      creates: true,
      summary: 'Record that an item, or a part of it, came to a state',
      description:
        'Of equipment: planned, procured, delivered, installed, handed-over, out-of-use. Of works: designed, contracted, ' +
        'under-construction, completed, handed-over, out-of-use.',
      example: { id: its('04'), ...delivered },
      after: 'RegisterItem',
    },
    CorrectItemState: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...delivered, quantity: '24', reason },
      after: 'RecordItemState',
    },
    VoidItemState: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordItemState',
    },
  },
});

export const ItemProgressController = thingController({
  things: 'item-progress',
  scope: 'project',
  decider: itemProgress,
  register: itemProgressRegister,
  on: its('05'),
  after: 'RecordProgress',
  commands: {
    RecordProgress: {
      role: 'officer',
      creates: true,
      summary: 'Record the physical progress of an item on a day',
      example: { id: its('05'), ...progress },
      after: 'RegisterItem',
    },
    CorrectProgress: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...progress, percent: '60', reason },
      after: 'RecordProgress',
    },
    VoidProgress: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordProgress',
    },
  },
});
