import { projection, rollup } from '#kernel';
import { Lead, type LeadRow } from './lead.entity.ts';
import { isOpenLead } from './lead.rules.ts';

/** What leads are counted by. The owner comes last: it says whose cells an actor may count. */
export const leadDimensions = ['STATUS', 'GRADE', 'SOURCE', 'CAPTURE_REASON', 'ZONE', 'OWNER'] as const;

/** Open leads by owner: who has how much to do. */
export const openPartition = 'open';

/** Leads by what they are counted by, and open ones by owner. */
export const leadTotals = rollup('leadTotals', {
  describes: 'Leads by status, grade, source, reason of capture, zone and owner; open ones by owner.',
  of: Lead,
  shards: 1,
  contributions: (lead) => {
    if (lead.archivedAt !== undefined) return [];
    const { status, grade, source, captureReason, zone, ownerId } = lead;
    const cell = [status, grade, source, captureReason, zone, ownerId].map((part) => encodeURIComponent(part ?? ''));
    const open = ownerId !== undefined && isOpenLead(lead) ? [{ partition: openPartition, cell: ownerId }] : [];
    return [{ partition: 'all', cell: cell.join('#') }, ...open].map((share) => ({ ...share, amounts: { count: 1 } }));
  },
});

/** Who has handed a lead over sees what becomes of it. */
export const handedOverReading = projection('handedOverReading', {
  describes: 'The leads that a person may read because that person offered them to others.',
  of: [Lead.name],
  items: (row) => {
    const { handOver, archivedAt, id } = row as LeadRow;
    const isGiven = handOver?.state === 'OFFERED' || handOver?.state === 'ACCEPTED';
    if (!isGiven || handOver.fromUser === undefined || archivedAt !== undefined) return [];
    return [{ partition: handOver.fromUser, sort: `grant#${id}#${id}` }];
  },
});
