import { module, type Extension } from '#kernel';
import { duplicateGuard } from '#modules/parties/accounts';
import { undoers } from '#modules/platform/jobs';
import { privacyBelongings, privacySubjects } from '#modules/platform/privacy';
import { checkDuplicates, checkImported, checkMany } from './check-duplicates.jobs.ts';
import { DuplicateCandidate } from './duplicate.entity.ts';
import { keepApart } from './duplicate.operations.ts';
import { watchDuplicates } from './duplicate.reactions.ts';
import { duplicateKeys } from './duplicate-keys.projections.ts';
import { findDuplicates } from './find-duplicates.operations.ts';
import { guardNewRecord } from './guard.operations.ts';
import { duplicateKinds } from './kinds.rules.ts';
import { Merge } from './merge.entity.ts';
import { mergeFields, mergeRecords, previewMerge } from './merge.operations.ts';
import { moveReferences } from './move-references.jobs.ts';
import { giveBack, partRecords, undoMerge } from './part-records.operations.ts';
import { accountKind, contactKind } from './party-kinds.rules.ts';
import { personSubjects } from './subjects.rules.ts';

const kinds = [accountKind, contactKind];

const merged = { merged: 'It was merged into another one, which answers for it from then on.' };

/** Records that may be the same: found as they are entered, merged, parted again, kept apart. */
export const duplicates = module('parties/duplicates', {
  entities: [DuplicateCandidate, Merge],
  extensions: kinds.map(({ of: { name } }): Extension => ({ of: name, fields: mergeFields(name), events: merged })),
  operations: [findDuplicates, previewMerge, mergeRecords, partRecords, keepApart, checkDuplicates],
  jobs: [moveReferences, giveBack, checkMany],
  reactions: [watchDuplicates, checkImported],
  projections: [duplicateKeys],
  contributes: {
    [duplicateKinds]: kinds,
    [duplicateGuard]: [guardNewRecord],
    [undoers]: [undoMerge],
    [privacySubjects]: personSubjects,
    [privacyBelongings]: [
      { of: DuplicateCandidate.name, field: 'record' },
      { of: DuplicateCandidate.name, field: 'other' },
      { of: Merge.name, field: 'survivor' },
      { of: Merge.name, field: 'loser' },
    ],
    redirects: kinds.map(({ of: { name } }) => ({ of: name, field: 'mergedInto' })),
  },
});
export { DuplicateCandidate, type DuplicateCandidateRow } from './duplicate.entity.ts';
export { duplicateKinds, type DuplicateKind } from './kinds.rules.ts';
export { findDuplicates, knownOfSomebody } from './find-duplicates.operations.ts';
export { identityOf, type Identity, type Known } from './identity.rules.ts';
export { findAlike, type Alike } from './matching.operations.ts';
export { Merge, type MergeRow } from './merge.entity.ts';
export { mergeRecords } from './merge.operations.ts';
export { partMerge } from './part-records.operations.ts';
