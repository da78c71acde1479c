import { rollup } from '#kernel';
import { listUse, type ListedFields } from '#modules/platform/lists';
import { Account } from './account.entity.ts';

/** Fields of accounts that hold keys of the tenant's lists. */
export const listedFields: ListedFields = { sector: 'SECTOR', source: 'SOURCE', captureReason: 'CAPTURE_REASON' };

/** How many accounts hold which value of a list. */
export const accountLists = listUse(Account, listedFields);

/** What accounts are counted by. The owner comes last: it says whose cells an actor may count. */
export const originDimensions = ['LIFECYCLE', 'ZONE', 'OWN_ZONE', 'CAPTURE_REASON', 'OWNER'] as const;

/** The parts of a cell's key, in the order of the dimensions; an empty one where an account has no value. */
export const partsOfCell = (cell: string): readonly string[] => cell.split('#').map(decodeURIComponent);

/** Prospects, leads and customers by where and why they were captured. */
export const accountOrigins = rollup('accountOrigins', {
  describes: 'Prospects, leads and customers by zone, own zone, reason of capture and owner.',
  of: Account,
  shards: 1,
  contributions: ({ lifecycle, zone, ownZone, captureReason, ownerId, archivedAt }) => {
    if (lifecycle === undefined || archivedAt !== undefined) return [];
    const parts = [lifecycle, zone, ownZone, captureReason, ownerId];
    return [
      {
        partition: 'all',
        cell: parts.map((part) => encodeURIComponent(part ?? '')).join('#'),
        amounts: { count: 1 },
      },
    ];
  },
});
