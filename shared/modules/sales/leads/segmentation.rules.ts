import { derivedOptional, ref, type Extension } from '#kernel';
import type { SegmentSubject } from '#modules/parties/segments';
import { Lead, type LeadRow } from './lead.entity.ts';

/** The membership of a lead names it. */
export const leadMembership: Extension = {
  of: 'SegmentMember',
  fields: { lead: derivedOptional(ref('Lead', { describes: 'The record, where it is a lead.' })) },
};

/** Segments hold leads too. */
export const leadSegments: SegmentSubject = {
  of: Lead,
  field: 'lead',
  traits: (row) => {
    const { status, grade, source } = row as LeadRow;
    return { status, grade, source };
  },
};
