import { module } from '#kernel';
import { afterRestoring } from '#modules/platform/tenants';
import { ConsentProof } from './consent.entity.ts';
import { consentTemplates } from './consent-mail.operations.ts';
import { askConsent, mayContact, recordConsent } from './consent.operations.ts';
import { consentPage } from './consent-page.operations.ts';
import { eraseSubject } from './erase-subject.jobs.ts';
import { replayErasures } from './erasure-log.operations.ts';
import { exportSubject } from './export-subject.jobs.ts';
import { PrivacyRequest } from './privacy-request.entity.ts';
import {
  erasePersonalData,
  gatherPersonalData,
  openPrivacyRequest,
  personalDataLinks,
  rejectPrivacyRequest,
  verifyPrivacyRequest,
  warnOfTerm,
} from './privacy-request.operations.ts';
import { RetentionRule } from './retention.entity.ts';
import {
  applyRetention,
  createRetentionRule,
  previewRetention,
  retentionRuns,
  runRetentionRule,
  updateRetentionRule,
} from './retention.jobs.ts';
import { privacyBelongings } from './traces.rules.ts';

/** Personal data: what people allowed, what they ask about their data, how long it is kept. */
export const privacy = module('platform/privacy', {
  entities: [ConsentProof, PrivacyRequest, RetentionRule],
  operations: [
    recordConsent,
    askConsent,
    mayContact,
    openPrivacyRequest,
    verifyPrivacyRequest,
    rejectPrivacyRequest,
    gatherPersonalData,
    erasePersonalData,
    personalDataLinks,
    createRetentionRule,
    updateRetentionRule,
    runRetentionRule,
    previewRetention,
  ],
  jobs: [exportSubject, eraseSubject, applyRetention],
  timers: [warnOfTerm, retentionRuns],
  pages: [consentPage],
  contributes: {
    'mail-templates': consentTemplates,
    [afterRestoring]: [replayErasures],
    // What people ask about their data is for those who answer for it.
    'role-grants': [
      {
        roles: ['seller', 'support', 'manager'],
        entities: { PrivacyRequest: { create: 'none', read: 'none', update: 'none', archive: 'none' } },
        withholds: ['privacyRequest.erase', 'privacyRequest.export'],
      },
    ],
    [privacyBelongings]: [
      { of: 'ConsentProof', field: 'subject' },
      { of: 'File', field: 'record' },
      { of: 'Mail', field: 'to' },
      { of: 'Suppression', field: 'address' },
    ],
  },
});
export { ConsentProof, type ConsentProofRow } from './consent.entity.ts';
export { generalPurpose } from '#modules/platform/mail-out';
export { claimConsent } from './claim-consent.operations.ts';
export { addressesOf, noteConsent, standingOf } from './consent.operations.ts';
export { unsayConsent } from './unsay-consent.operations.ts';
export { removeRecord } from './erasing.operations.ts';
export { personErased, PrivacyRequest } from './privacy-request.entity.ts';
export {
  privacyBelongings,
  privacyKeeps,
  privacyLoose,
  privacySubjects,
  type PrivacyBelonging,
  type PrivacyKeep,
  type PrivacyLoose,
  type PrivacySubject,
} from './traces.rules.ts';
