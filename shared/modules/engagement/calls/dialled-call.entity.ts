import { derivedId, entity, noOwner, ref } from '#kernel';

/** Under its id alone one finds that there was a call: it says nothing of anybody, and stays when the call goes with a person. */
export const DialledCall = entity('DialledCall', {
  idPrefix: 'pcd',
  describes:
    'That a call which we asked an exchange for is known there by some name, so that it does not come back once it is forgotten.',
  fields: { line: ref('PhoneLine', { describes: 'By which exchange.' }) },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  internal: true,
  title: ({ line }) => line,
});

/** The id under which the name that an exchange gave a call is known. */
export const dialledId = (exchangeKey: string): string =>
  derivedId(DialledCall.idPrefix, 'dialled-call', [exchangeKey]);
