// A running cloud with the people of the demo tenant signed in: what most acceptance tests begin with.
import { startTestCloud, type Caller, type CloudStart, type TestCloud } from './cloud.ts';
import { openClient } from './client.ts';

/** A cloud and the people who work in it, by role. */
export type Office = { readonly cloud: TestCloud } & Readonly<
  Record<'administrator' | 'manager' | 'seller' | 'support', Caller>
>;

/** Starts a cloud, as it is said, and signs everybody in. */
export const startOffice = async (options: CloudStart = {}): Promise<Office> => {
  const cloud = await startTestCloud(options);
  const { signIn } = openClient(() => cloud);
  const [administrator, manager, seller, support] = await Promise.all([
    signIn('administrator'),
    signIn('manager'),
    signIn('seller'),
    signIn('support'),
  ]);
  return { cloud, administrator, manager, seller, support };
};
