import { reaction } from '#kernel';
import { User } from '#modules/platform/users';
import { keepMembership } from './membership.operations.ts';

/** Invitations write the directory at once; this makes sure of it, and takes out who has left. */
export const keepMemberships = reaction('keepMemberships', {
  describes: 'Who is a user may sign in, who is deactivated may not: keeps the directory of memberships in step.',
  on: ['user.*'],
  async run({ record }, { trusted, ports, actor }) {
    const person = await trusted(User).find(record.id);
    if (person) await keepMembership(ports, actor.tenant, person);
  },
});
