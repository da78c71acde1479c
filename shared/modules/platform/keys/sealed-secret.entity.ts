import { entity, longText, noOwner, ref } from '#kernel';

/** What is secret of a record, sealed; apart from it, so that no list, no event and no export shows it. */
export const SealedSecret = entity('SealedSecret', {
  idPrefix: 'sec',
  describes: 'What is secret of a record, sealed for it and its tenant.',
  fields: {
    record: ref('*', { describes: 'Whose it is.' }),
    sealed: longText({ max: 20_000, sensitive: true, describes: 'What was sealed.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  internal: true,
  title: ({ record }) => record,
});
