import { module } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { dismissQualityIssue } from './dismiss.operations.ts';
import { qualityIssues } from './issues.operations.ts';
import { qualityExtension, qualityKinds, type QualityKind } from './quality-kinds.rules.ts';
import { duplicateTotals, qualityCells, qualityPlaces } from './quality.projections.ts';
import { QualityStandard } from './standard.entity.ts';
import { qualityStandardFor, setQualityStandard } from './standard.operations.ts';
import { qualityTotals } from './totals.operations.ts';

export { qualityExtension, qualityKinds, type QualityKind } from './quality-kinds.rules.ts';
export { qualityCells } from './quality.projections.ts';

const accounts: QualityKind = {
  of: Account,
  weights: {
    taxId: 2,
    email: 2,
    phone: 2,
    mainContact: 2,
    city: 1,
    sector: 1,
    source: 1,
    owner: 1,
    legalName: 0,
    province: 0,
    country: 0,
    zone: 0,
    ownZone: 0,
    websites: 0,
    captureReason: 0,
    paymentTerms: 0,
    creditLimit: 0,
    revenue: 0,
    employees: 0,
    birthday: 0,
    interests: 0,
    description: 0,
  },
  staleDays: 180,
};

const contacts: QualityKind = {
  of: Contact,
  weights: {
    account: 2,
    email: 3,
    phone: 3,
    jobTitle: 1,
    role: 1,
    owner: 1,
    firstName: 0,
    lastName: 0,
    title: 0,
    language: 0,
    birthday: 0,
    consents: 0,
    description: 0,
  },
  staleDays: 365,
  readsRows: true,
};

const kinds = [accounts, contacts];

/** The quality of what is known: complete, fresh, and once only; measured for each owner, and worked off as a queue. */
export const quality = module('parties/quality', {
  entities: [QualityStandard],
  extensions: kinds.map(({ of }) => qualityExtension(of)),
  operations: [qualityIssues, qualityTotals, dismissQualityIssue, setQualityStandard, qualityStandardFor],
  projections: [qualityPlaces],
  rollups: [qualityCells(accounts), duplicateTotals],
  contributes: {
    [qualityKinds]: kinds,
    'role-grants': [{ roles: ['manager', 'seller', 'support'], grants: ['quality.measure', 'quality.dismiss'] }],
  },
});
