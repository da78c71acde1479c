import { change, creation, mutation, recordInput, ref } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { predicateFor } from './due.operations.ts';
import { VisitFrequency } from './visit-frequency.entity.ts';
import { profileId, VisitProfile } from './visit-profile.entity.ts';

export const createVisitFrequency = creation(VisitFrequency, 'createVisitFrequency', {
  describes: 'Says how often the accounts of a segment are visited.',
  needs: 'visitFrequency.create',
  input: {},
  returns: VisitFrequency,
  run: ({ values }, context) => {
    if (values.where !== undefined) predicateFor(context, values.where);
    return Promise.resolve(context.data(VisitFrequency).create(values));
  },
});

export const updateVisitFrequency = change(VisitFrequency, 'updateVisitFrequency', {
  describes: 'Changes how often a segment is visited: absent fields stay, null clears.',
  needs: 'visitFrequency.update',
  input: recordInput('VisitFrequency'),
  returns: VisitFrequency,
  run: async ({ id, changes }, context) => {
    if (changes.where !== undefined && changes.where !== null) predicateFor(context, changes.where);
    return context.data(VisitFrequency).update(await context.data(VisitFrequency).get(id), changes);
  },
});

const { account: _account, lastVisitAt: _at, lastVisitBy: _by, ...wishes } = VisitProfile.fields;

export const setVisitProfile = mutation('setVisitProfile', {
  describes:
    'Says in which hours, how long and how often an account is to be visited. What is left out no longer holds.',
  needs: 'visitProfile.update',
  input: { account: ref('Account', { describes: 'Whom.' }), ...wishes },
  returns: VisitProfile,
  run: async ({ account, everyDays, minutes, windows }, context) => {
    await context.data(Account).get(account);
    const profiles = context.data(VisitProfile);
    const profile = await profiles.find(profileId(account));
    if (profile)
      return profiles.update(profile, {
        everyDays: everyDays ?? null,
        minutes: minutes ?? null,
        windows: windows ?? null,
      });
    const wished = {
      ...(everyDays !== undefined && { everyDays }),
      ...(minutes !== undefined && { minutes }),
      ...(windows && { windows }),
    };
    return profiles.create({ account, ...wished }, { id: profileId(account) });
  },
});
