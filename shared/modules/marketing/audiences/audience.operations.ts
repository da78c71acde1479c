import { change, creation, longText, mutation, optional, ref, text, versionInput } from '#kernel';
import { seal } from '#modules/platform/keys';
import { AdAudience } from './ad-audience.entity.ts';
import { credentialPurpose } from './platform.operations.ts';

export const createAdAudience = creation(AdAudience, 'createAdAudience', {
  describes: 'Makes an audience of an advertising platform. Who agreed before joins when something is said anew.',
  needs: 'adAudience.create',
  input: {},
  returns: AdAudience,
  run: ({ values }, { data }) =>
    Promise.resolve(data(AdAudience).create({ ...values, hasCredential: false, failures: 0 })),
});

export const updateAdAudience = change(AdAudience, 'updateAdAudience', {
  describes: 'Changes an audience: absent fields stay, null clears.',
  needs: 'adAudience.update',
  input: { id: ref('AdAudience', { describes: 'Which one.' }), version: versionInput },
  returns: AdAudience,
  run: async ({ id, changes }, { data }) => data(AdAudience).update(await data(AdAudience).get(id), changes),
});

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
    const sealed = await seal(context, credentialPurpose(id), JSON.stringify(credential));
    const syncAt = context.clock.instant();
    return context.data(AdAudience).update(audience, { credential: sealed, hasCredential: true, failures: 0, syncAt });
  },
});
