import { module } from '#kernel';
import { listUses } from '#modules/platform/lists';
import { privacyBelongings, privacySubjects } from '#modules/platform/privacy';
import { panelSections } from '#modules/engagement/activities';
import { AssignmentRule } from './assignment-rule.entity.ts';
import { assignLead } from './assignment.operations.ts';
import { convertLead } from './convert.operations.ts';
import { acceptLead, declineLead, offeredSection, offerLead } from './hand-over.operations.ts';
import { LeadScoring } from './lead-scoring.entity.ts';
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
import { leadMatches } from './matching.operations.ts';
import { noteLeadSignal, rescoreLeads, setLeadScoring } from './scoring.operations.ts';
import { leadBelongings, leadSubject } from './subject.rules.ts';

/** Those who showed up and may become customers. */
export const leads = module('sales/leads', {
  entities: [Lead, LeadScoring, AssignmentRule],
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
  rollups: [leadTotals, leadLists.counts],
  contributes: {
    [listUses]: [leadLists],
    [panelSections]: [offeredSection],
    [privacySubjects]: [leadSubject],
    [privacyBelongings]: leadBelongings,
  },
});
export { Lead, type LeadRow } from './lead.entity.ts';
export { createLead } from './lead.operations.ts';
export { convertLead } from './convert.operations.ts';
export { noteLeadSignal } from './scoring.operations.ts';
