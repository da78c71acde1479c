import { module } from '#kernel';
import { adapterPoint } from './adapter.rules.ts';
import { Import, ImportMapping } from './import.entity.ts';
import { importRows, rehearseImport } from './import.jobs.ts';
import { cancelImport, createImport, importFields, mapImport, runImport, validateImport } from './import.operations.ts';
import { followJob } from './import.reactions.ts';
import { ImportReview } from './review.entity.ts';
import { decideImportRow } from './review.operations.ts';
import { userAdapter } from './users-from-tables.operations.ts';

export { adapterPoint, type ImportAdapter, type ImportValues } from './adapter.rules.ts';
export { dateOf, decimalOf } from './cells.rules.ts';
export { openCsv } from './csv-stream.operations.ts';
export { writeTable } from './csv.rules.ts';
export { Import, ImportMapping } from './import.entity.ts';

/** Imports: tables that enter as records. */
export const imports = module('platform/imports', {
  entities: [Import, ImportMapping, ImportReview],
  operations: [createImport, mapImport, validateImport, runImport, cancelImport, importFields, decideImportRow],
  jobs: [rehearseImport, importRows],
  reactions: [followJob],
  contributes: { [adapterPoint]: [userAdapter] },
});
