import { entity, longText, noOwner, optional, ref, type Row } from '#kernel';

/** The secrets by which what an endpoint gets is signed. */
export const WebhookSecret = entity('WebhookSecret', {
  idPrefix: 'whsec',
  describes: 'The secrets by which what an endpoint gets is signed, sealed.',
  fields: {
    endpoint: ref('WebhookEndpoint', { describes: 'Whose they are.' }),
    sealed: longText({ sensitive: true, describes: 'The secrets with the end of each, sealed for this endpoint.' }),
    headers: optional(longText({ sensitive: true, describes: 'The headers that it is called with, sealed likewise.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  internal: true,
  title: ({ endpoint }) => endpoint,
});

/** Sealed secrets, as code sees them. */
export type WebhookSecretRow = Row<typeof WebhookSecret>;
