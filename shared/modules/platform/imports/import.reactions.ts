import { reaction } from '#kernel';
import { Import, type ImportRow } from './import.entity.ts';

/** What a state of the job makes of its import. */
const following: Readonly<Record<string, ImportRow['status']>> = {
  'job.paused': 'PAUSED',
  'job.started': 'RUNNING',
  'job.cancelled': 'CANCELLED',
  'job.failed': 'FAILED',
};

export const followJob = reaction('importFollowsItsJob', {
  describes: 'An import is paused, cancelled or failed when its job is.',
  on: Object.keys(following),
  run: async ({ type, record, data }, { trusted }) => {
    const id = data?.['subject'];
    const to = following[type];
    if (typeof id !== 'string' || !id.startsWith(`${Import.idPrefix}_`) || !to) return;
    const row = await trusted(Import).find(id);
    const isCurrent = row && (row.status === 'VALIDATING' ? row.dryRun : row.job) === record.id;
    if (!isCurrent || row.status === to || !Import.states?.moves[row.status].includes(to)) return;
    if (row.status === 'VALIDATING' && to === 'RUNNING') return;
    trusted(Import).move(row, to);
  },
});
