import { module } from '#kernel';
import { readyPoint } from '#modules/platform/workflows';
import { listUses } from '#modules/platform/lists';
import { routesPoint } from '#modules/platform/mail-in';
import { mailConsents } from '#modules/platform/mail-out';
import { privacyBelongings, privacySubjects } from '#modules/platform/privacy';
import { duplicateGuard } from '#modules/parties/accounts';
import { qualityCells, qualityExtension, qualityKinds, type QualityKind } from '#modules/parties/quality';
import { callActions, callerFinders } from '#modules/engagement/calls';
import { panelSections } from '#modules/engagement/activities';
import { segmentSubjects } from '#modules/parties/segments';
import { AssignmentRule } from './assignment-rule.entity.ts';
import { assignLead } from './assignment.operations.ts';
import { leadFromCall, leadThatCalls } from './caller.operations.ts';
import { convertLead } from './convert.operations.ts';
import { acceptLead, declineLead, offeredSection, offerLead } from './hand-over.operations.ts';
import { LeadScoring } from './lead-scoring.entity.ts';
import { guardNewLead, leadFinders } from './known-leads.operations.ts';
import { Lead } from './lead.entity.ts';
import {
  countLeads,
  createLead,
  disqualifyLead,
  leadLists,
  qualifyLead,
  recycleLead,
  startLead,
  updateLead,
} from './lead.operations.ts';
import { handedOverReading, leadTotals } from './lead.projections.ts';
import { leadsTime } from './lead.reactions.ts';
import { leadConsents } from './mail-consents.operations.ts';
import { leadRoute } from './mail-route.operations.ts';
import { leadMatches } from './matching.operations.ts';
import { noteLeadSignal, rescoreLeads, setLeadScoring } from './scoring.operations.ts';
import { leadMembership, leadSegments } from './segmentation.rules.ts';
import { leadBelongings, leadSubject } from './subject.rules.ts';
import { readyWithLeads } from './ready-workflows.rules.ts';

const leadQuality: QualityKind = {
  of: Lead,
  weights: {
    email: 3,
    phone: 3,
    company: 2,
    lastName: 1,
    jobTitle: 1,
    sector: 1,
    source: 2,
    captureReason: 1,
    owner: 1,
    firstName: 0,
    website: 0,
    taxId: 0,
    employees: 0,
    address: 0,
    zone: 0,
    products: 0,
  },
  staleDays: 30,
};

/** Those who showed up and may become customers. */
export const leads = module('sales/leads', {
  entities: [Lead, LeadScoring, AssignmentRule],
  extensions: [qualityExtension(Lead), leadMembership],
  operations: [
    createLead,
    updateLead,
    startLead,
    qualifyLead,
    disqualifyLead,
    recycleLead,
    assignLead,
    offerLead,
    acceptLead,
    declineLead,
    noteLeadSignal,
    setLeadScoring,
    leadMatches,
    convertLead,
    countLeads,
  ],
  jobs: [rescoreLeads],
  timers: [leadsTime],
  projections: [handedOverReading],
  rollups: [leadTotals, leadLists.counts, qualityCells(leadQuality)],
  contributes: {
    [readyPoint]: readyWithLeads,
    [segmentSubjects]: [leadSegments],
    [listUses]: [leadLists],
    [panelSections]: [offeredSection],
    [routesPoint]: [leadRoute],
    [callerFinders]: [leadThatCalls],
    [callActions]: [leadFromCall],
    [duplicateGuard]: [guardNewLead],
    [qualityKinds]: [leadQuality],
    ...leadFinders,
    [mailConsents]: [leadConsents],
    [privacySubjects]: [leadSubject],
    [privacyBelongings]: leadBelongings,
  },
});
export { Lead, type LeadRow } from './lead.entity.ts';
export { createLead } from './lead.operations.ts';
export { convertLead } from './convert.operations.ts';
export { leadsReachedBy } from './known-leads.operations.ts';
export { partiesReachedBy } from './matching.operations.ts';
export { noteLeadSignal } from './scoring.operations.ts';
