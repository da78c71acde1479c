import { reaction } from '#kernel';
import { Export } from './export.entity.ts';

export const failExport = reaction('exportFailsWithItsJob', {
  describes: 'An export whose job failed or was cancelled is never ready.',
  on: ['job.failed', 'job.cancelled'],
  run: async ({ data }, { trusted }) => {
    const id = data?.['subject'];
    if (typeof id !== 'string' || !id.startsWith(`${Export.idPrefix}_`)) return;
    const row = await trusted(Export).find(id);
    if (row?.status === 'RUNNING') trusted(Export).move(row, 'FAILED');
  },
});
