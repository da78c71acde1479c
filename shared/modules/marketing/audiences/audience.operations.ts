import {
  change,
  creation,
  DomainError,
  longText,
  mutation,
  optional,
  recordInput,
  ref,
  text,
  versionInput,
  type Context,
} from '#kernel';
import { keepSecret } from '#modules/platform/keys';
import { AdAudience } from './ad-audience.entity.ts';
import { AudienceMember } from './audience-member.entity.ts';
import { audiencesInUse, mostAudiences } from './membership.operations.ts';

export const createAdAudience = creation(AdAudience, 'createAdAudience', {
  describes:
    'Makes an audience of an advertising platform. Who agreed before joins in the background; the platform is told once its secret is set.',
  needs: 'adAudience.create',
  input: {},
  returns: AdAudience,
  fails: ['LIMIT_REACHED'],
  run: async ({ values }, context) => {
    if ((await audiencesInUse(context)).length >= mostAudiences)
      throw new DomainError('LIMIT_REACHED', `There are ${String(mostAudiences)} audiences; archive one first.`);
    return context.data(AdAudience).create({ ...values, hasCredential: false, failures: 0 });
  },
});

export const updateAdAudience = change(AdAudience, 'updateAdAudience', {
  describes:
    'Changes an audience: absent fields stay, null clears. Where it is changes only while nobody was ever in it: make another one.',
  needs: 'adAudience.update',
  input: recordInput('AdAudience'),
  returns: AdAudience,
  fails: ['AUDIENCE_IN_USE'],
  run: async ({ id, changes }, context) => {
    const audience = await context.data(AdAudience).get(id);
    const changed = context.data(AdAudience).update(audience, changes);
    const isElsewhere = changed.platform !== audience.platform || changed.destination !== audience.destination;
    if (isElsewhere && (await hasMembers(context, id)))
      throw new DomainError('AUDIENCE_IN_USE', 'The platform knows people of it: make another one.', ['destination']);
    return changed;
  },
});

const hasMembers = async ({ trusted }: Context, audience: string): Promise<boolean> =>
  (await trusted(AudienceMember).page('byAudience', { of: audience, first: 1 })).rows.length > 0;

const secret = (describes: string) => optional(text({ max: 2000, describes }));

export const setAudienceCredential = mutation('setAudienceCredential', {
  describes: 'Keeps the secret of the platform, sealed; nobody reads it again. What waits is told within the minute.',
  needs: 'adAudience.configure',
  input: {
    id: ref('AdAudience', { describes: 'Which audience.' }),
    version: optional(versionInput),
    token: secret('META, OTHER: the access token.'),
    clientId: secret('GOOGLE: the OAuth client.'),
    clientSecret: secret('GOOGLE: its secret.'),
    refreshToken: optional(longText({ max: 4000, describes: 'GOOGLE: what new tokens are given for.' })),
  },
  returns: AdAudience,
  run: async ({ id, version: _version, ...credential }, context) => {
    const audience = await context.data(AdAudience).get(id);
    await keepSecret(context, id, JSON.stringify(credential));
    const syncAt = context.clock.instant();
    return context.data(AdAudience).update(audience, { hasCredential: true, failures: 0, syncAt });
  },
});
