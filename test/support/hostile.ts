// A local cloud under attack, for acceptance tests: two tenants, what was written since the attack began, and after each test
// the proof that the process goes on and logged no failure of its own.
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { openClient, type Client } from './client.ts';
import { startTestCloud, type Caller, type ReadyLine, type TestCloud } from './cloud.ts';

/** Another tenant: what an attacker may know of it, and its owner. */
export type OtherTenant = { readonly account: string; readonly unit: string; readonly owner: Caller };

/** What a test under attack works with. */
export type Attacked = Client & {
  readonly cloud: () => TestCloud;
  readonly theirs: () => OtherTenant;
  /** The codes of whatever refused it: of the request or of the operation. Empty when it was served. */
  codes(query: string, variables?: object, caller?: Caller): Promise<readonly string[]>;
  /** Events of business records since the test began, or since the last `goOn`. */
  written(): Promise<readonly string[]>;
  /** What was written so far was on purpose. */
  goOn(): Promise<void>;
};

/** Starts a cloud for the tests of the file. */
export const underAttack = (environment: () => Readonly<Record<string, string>> = () => ({})): Attacked => {
  let cloud: TestCloud;
  let theirs: OtherTenant;
  let mark: string;
  const client = openClient(() => cloud);
  beforeAll(async () => {
    cloud = await startTestCloud({ environment: environment() });
    theirs = await foundOther(cloud, client);
  }, 90_000);
  afterAll(() => cloud.stop());
  const goOn = async (): Promise<void> => {
    mark = (await writtenSince(cloud, client)).endCursor;
  };
  beforeEach(goOn);
  afterEach(() => assertAlive(cloud, client));
  return {
    ...client,
    cloud: () => cloud,
    theirs: () => theirs,
    codes: (query, variables, caller) => codesOf(cloud, query, variables, caller),
    written: async () =>
      (await writtenSince(cloud, client, mark)).events
        .filter(({ recordType }) => businessRecords.includes(recordType))
        .map(({ type }) => type),
    goOn,
  };
};

const businessRecords: readonly string[] = ['Account', 'Contact', 'OrgUnit', 'Product'];

const foundOther = async (cloud: TestCloud, { ask, act }: Client): Promise<OtherTenant> => {
  await cloud.addUser({ email: 'olga@other.test', name: 'Olga', password: 'a-password-1' });
  const { operatorKey } = cloud.ready() as ReadyLine & { readonly operatorKey: string };
  await ask(
    'mutation { createTrialTenant(input: { name: "Other", country: "EC", ownerName: "Olga", ownerEmail: "olga@other.test" }) { tenant userErrors { code } } }',
    {},
    { key: operatorKey },
  );
  const owner = { token: await cloud.signIn('olga@other.test', 'a-password-1') };
  const account = await act('createAccount', { name: 'Of the other tenant' }, '', owner);
  const { createOrgUnit } = await ask<{ createOrgUnit: { orgUnit: { id: string } } }>(
    'mutation { createOrgUnit(input: { name: "Other", level: COMPANY }) { orgUnit { id } userErrors { code } } }',
    {},
    owner,
  );
  return { account: account.id, unit: createOrgUnit.orgUnit.id, owner };
};

type Feed = {
  readonly events: readonly { readonly recordType: string; readonly type: string }[];
  readonly endCursor: string;
  readonly isUpToDate: boolean;
};
const feed =
  'query($after: String) { events(after: $after, first: 100) { events { recordType type } endCursor isUpToDate } }';

const writtenSince = async (cloud: TestCloud, { ask }: Client, after?: string): Promise<Feed> => {
  await cloud.idle();
  const events: Feed['events'][number][] = [];
  for (let from = after; ;) {
    const { events: page } = await ask<{ events: Feed }>(feed, { after: from });
    events.push(...page.events);
    if (page.isUpToDate) return { ...page, events };
    from = page.endCursor;
  }
};

const codesOf = async (cloud: TestCloud, query: string, variables: object = {}, caller?: Caller) => {
  const { data, errors } = await cloud.graphql(query, variables as Readonly<Record<string, unknown>>, caller);
  const broken = Object.values(data ?? {}).flatMap(
    (field) => (field as { readonly userErrors?: readonly { readonly code: string }[] } | null)?.userErrors ?? [],
  );
  return [...(errors ?? []).map(({ extensions }) => String(extensions?.['code'])), ...broken.map(({ code }) => code)];
};

const assertAlive = async (cloud: TestCloud, { ask }: Client): Promise<void> => {
  await ask('{ __typename }');
  const failures = cloud.log().filter((line) => /"level":"ERROR"|INTERNAL| failed:/.test(line));
  if (failures.length > 0) throw new Error(failures.join('\n'));
};
