import type { SegmentSubject } from '#modules/parties/segments';
import { Contact, type ContactRow } from './contact.entity.ts';

/** Segments hold contacts, also by what is known of their accounts. */
export const contactSegments: SegmentSubject = {
  of: Contact,
  field: 'contact',
  traits: (row) => {
    const { role, language } = row as ContactRow;
    return { role, language };
  },
};
