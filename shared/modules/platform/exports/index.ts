import { module } from '#kernel';
import { Export } from './export.entity.ts';
import { expireExport, writeExport } from './export.jobs.ts';
import { linkExport, startExport } from './export.operations.ts';
import { failExport } from './export.reactions.ts';

export { tableTypes, wholeTable } from './whole-table.operations.ts';
export { sourcePoint, type ExportSource, type SourcePage } from './source.rules.ts';

/** Exports: records that leave as tables, with a trace. */
export const exports = module('platform/exports', {
  entities: [Export],
  operations: [startExport, linkExport],
  jobs: [writeExport],
  reactions: [failExport],
  timers: [expireExport],
  contributes: {
    'role-grants': [
      {
        roles: ['seller', 'support', 'manager'],
        entities: { Export: { create: 'own', read: 'own', update: 'own', archive: 'none' } },
      },
    ],
  },
});
