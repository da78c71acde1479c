import type { SegmentSubject } from '#modules/parties/segments';
import { Account, type AccountRow } from './account.entity.ts';

/** Sizes of companies by the people who work there, as the EU tells them apart. */
const sizeOf = (employees: number): string => {
  if (employees < 10) return 'MICRO';
  if (employees < 50) return 'SMALL';
  return employees < 250 ? 'MEDIUM' : 'LARGE';
};

/** Segments hold accounts: prospects, leads and customers alike. */
export const accountSegments: SegmentSubject = {
  of: Account,
  field: 'account',
  traits: (row) => {
    const { sector, zone, ownZone, lifecycle, employees } = row as AccountRow;
    return { sector, zone, ownZone, lifecycle, size: employees === undefined ? undefined : sizeOf(employees) };
  },
};
