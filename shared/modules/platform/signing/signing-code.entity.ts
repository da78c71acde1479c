import { dateTime, derivedId, entity, integer, noOwner, ref, text, type Row } from '#kernel';

/** The code by which a signer shows that the address is theirs. */
export const SigningCode = entity('SigningCode', {
  idPrefix: 'sgc',
  describes: 'What the one-time code of a signature is made of with a secret; the code itself is kept nowhere.',
  internal: true,
  fields: {
    signature: ref('Signature', { describes: 'Of which signature.' }),
    linkRound: integer({ min: 1, describes: 'Of which link of it.' }),
    salt: text({ max: 60, describes: 'What makes the code another one each time.' }),
    until: dateTime({ describes: 'Until when it counts.' }),
    tries: integer({ min: 0, describes: 'How often a code was tried.' }),
    sent: integer({ min: 1, describes: 'How many codes were sent.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'until' } },
  title: ({ signature }) => signature,
});

/** A code, as code sees it. */
export type SigningCodeRow = Row<typeof SigningCode>;

/** The id of the code of a signature's link: there is one, found without an index. */
export const signingCodeId = (signature: string, linkRound: number): string =>
  derivedId('sgc', 'signing-code', [signature, String(linkRound)]);
