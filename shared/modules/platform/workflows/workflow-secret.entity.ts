import { derived, entity, longText, noOwner, text, type Row } from '#kernel';

/** A secret that steps send along when they call somebody outside. */
export const WorkflowSecret = entity('WorkflowSecret', {
  idPrefix: 'wfs',
  describes:
    'A secret that workflows send along when they call somebody outside. It is written, and never read by anybody again.',
  fields: {
    name: text({
      max: 40,
      pattern: /^[A-Z][A-Z0-9_]*$/,
      unique: true,
      describes: 'Its name, as headers mention it: {secret.SHOP}.',
    }),
    sealed: derived(longText({ max: 8000, sensitive: true, describes: 'The secret, sealed.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['archive'],
  title: ({ name }) => name,
});

/** For what it is sealed. */
export const secretPurpose = (name: string): string => `workflow secret ${name}`;

/** A secret, as code sees it. */
export type SecretRow = Row<typeof WorkflowSecret>;
