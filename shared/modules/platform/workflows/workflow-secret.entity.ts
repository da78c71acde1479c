import { entity, noOwner, text } from '#kernel';

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
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['archive'],
  title: ({ name }) => name,
});
