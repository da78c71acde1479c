// A second tenant in a running cloud, to prove that it sees nothing of the first.
import type { Caller, ReadyLine, TestCloud } from './cloud.ts';

const password = 'a-password-1';

/** Begins a trial and answers its owner, signed in. */
export const startOtherTenant = async (
  cloud: TestCloud,
  email = 'olga@other.test',
  country = 'EC',
): Promise<Caller> => {
  await cloud.addUser({ email, name: 'Olga', password });
  const { operatorKey } = cloud.ready() as ReadyLine & { readonly operatorKey: string };
  const { errors } = await cloud.graphql(
    'mutation($email: Email!, $country: String!) { createTrialTenant(input: { name: "Other", country: $country, ownerName: "Olga", ownerEmail: $email, days: 7 }) { tenant userErrors { code } } }',
    { email, country },
    { key: operatorKey },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return signInThere(cloud, email);
};

/** The owner of the second tenant, signed in anew: tokens end as the clock goes on. */
export const signInThere = async (cloud: TestCloud, email = 'olga@other.test'): Promise<Caller> => ({
  token: await cloud.signIn(email, password),
});
