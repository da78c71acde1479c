import { choice, derived, derivedOptional, entity, ownedBy, ref, text } from '#kernel';

/** Somebody came in: a person with a token of a sign-in service, or a program with a key. */
export const SignIn = entity('SignIn', {
  idPrefix: 'sin',
  describes:
    'Somebody came in: the first use of a session of a person at the sign-in service, the first use of an API key on a day. People see their own, administrators everybody’s.',
  fields: {
    user: derived(ref('User', { describes: 'Who; of a key, in whose name it acts.' })),
    via: derived(
      choice(['TOKEN', 'KEY'], {
        named: 'SignInVia',
        describes: 'With a token of the sign-in service, or an API key.',
      }),
    ),
    key: derivedOptional(ref('ApiKey', { describes: 'Which key.' })),
    client: derivedOptional(text({ max: 80, describes: 'What the program that called calls itself.' })),
  },
  owner: ownedBy('user'),
  keys: { byUser: { gsi: 2, sort: 'createdAt' }, all: { gsi: 3, sort: 'createdAt' } },
  title: ({ via }) => via,
});
