// A day in the life of a seller (issue 2, section 8.2), as any client would live it: over HTTP, through the public API alone.
import { eventually, mutate, type Ask } from './ask.ts';
import { setUp, type Setup } from './set-up.ts';

/** A record as a write answers it. */
export type Written = { readonly id: string; readonly version: number };
type Money = { readonly amount: string; readonly currency: string };
type Named = { readonly id: string; readonly name: string };

/** What a day works with: who asks, what tells people of it, and what makes names and phones unlike those of other days. */
export type DayOptions = {
  readonly seller: Ask;
  readonly administrator: Ask;
  readonly say: (what: string, detail?: string) => void;
  readonly now: Date;
  readonly mark: string;
};

type Customer = { readonly account: Written & Named; readonly contact: Written & Named; readonly phone: string };

const inHours = (now: Date, hours: number): string => new Date(now.getTime() + hours * 3_600_000).toISOString();

const meetCustomer = async ({ seller, say, mark }: DayOptions): Promise<Customer> => {
  const phone = `+59399${mark}`;
  const { account } = await mutate<{ account: Written & Named }>(
    seller,
    'createAccount',
    'account { id version name }',
    {
      name: `Hacienda La Esperanza ${mark}`,
      kinds: ['PROSPECT'],
      sector: 'Flowers',
      addresses: [{ label: 'farm', city: 'Cayambe', province: 'Pichincha', country: 'EC' }],
    },
  );
  say('made an account', `${account.name} (${account.id})`);
  const { contact } = await mutate<{ contact: Written & Named }>(
    seller,
    'createContact',
    'contact { id version name }',
    {
      account: account.id,
      firstName: 'Lucía',
      lastName: `Andrade ${mark}`,
      role: 'DIRECTOR',
      phone,
      email: `lucia.andrade.${mark}@example.com`,
    },
  );
  say('with a contact', `${contact.name}, ${phone} (${contact.id})`);
  return { account, contact, phone };
};

type Done = {
  readonly activity: Written & { readonly status: string; readonly result: string };
  readonly next: Written & { readonly previous: Written };
};

const visitCustomer = async (
  { seller, say, now }: DayOptions,
  { visit }: Setup,
  { account, contact }: Customer,
): Promise<Done> => {
  const { activity } = await mutate<{ activity: Written }>(seller, 'createActivity', 'activity { id version }', {
    type: visit,
    subject: 'First visit: see the greenhouses',
    account: account.id,
    contact: contact.id,
    startsAt: inHours(now, 1),
  });
  say('planned a visit', `for ${inHours(now, 1)} (${activity.id})`);
  const done = await mutate<Done>(
    seller,
    'completeActivity',
    'activity { id version status result } next { id version previous { id version } }',
    {
      id: activity.id,
      version: activity.version,
      result: 'Wants a proposal for two greenhouses',
      minutes: 90,
      next: { type: visit, subject: 'Bring the proposal', startsAt: inHours(now, 72) },
    },
  );
  say('completed it with a next action', `${done.activity.result}; next: ${done.next.id}`);
  return done;
};

type Standing = Written & { readonly stage: string; readonly stageHistory: readonly { readonly stage: string }[] };

const workOpportunity = async (
  { seller, say, now }: DayOptions,
  { pipeline }: Setup,
  { account, contact }: Customer,
) => {
  const selection = 'opportunity { id version stage stageHistory { stage } }';
  const { opportunity } = await mutate<{ opportunity: Standing }>(seller, 'createOpportunity', selection, {
    name: 'Irrigation for two greenhouses',
    account: account.id,
    contact: contact.id,
    pipeline,
    amount: { amount: '12500.00', currency: 'USD' },
    expectedCloseOn: inHours(now, 24 * 30).slice(0, 10),
  });
  say('opened an opportunity', `USD 12,500 in ${opportunity.stage} (${opportunity.id})`);
  let current = opportunity;
  for (const stage of ['ENGAGING', 'PROPOSAL', 'DECISION']) {
    const moved = { id: current.id, version: current.version, stage };
    current = (await mutate<{ opportunity: Standing }>(seller, 'moveOpportunity', selection, moved)).opportunity;
    say('moved it', `to ${current.stage}`);
  }
  return current;
};

type Column = {
  readonly stage: string;
  readonly count: number;
  readonly amount: Money;
  readonly cards: { readonly edges: readonly { readonly node: Named }[] };
};
type Group = { readonly stage: string; readonly count: number; readonly amount: Money };
type Forecast = { readonly weighted: Money; readonly groups: readonly Group[] };

/** What a seller looks at through the day. */
const lookAround = async ({ seller, say }: DayOptions, { pipeline }: Setup, opportunity: Standing) => {
  const { panel } = await seller<{ panel: { next: readonly Written[]; counters: Readonly<Record<string, number>> } }>(
    '{ panel(days: 7) { next { id version } counters { overdue today next unassigned } } }',
  );
  say('the panel', JSON.stringify(panel.counters));
  const { board } = await eventually(
    'the card on the board',
    () =>
      seller<{ board: { columns: readonly Column[] } }>(
        `query($pipeline: ID!) { board(pipeline: $pipeline, first: 50) { columns { stage count amount { amount currency } cards { edges { node { id name } } } } } }`,
        { pipeline },
      ),
    ({ board: { columns } }) =>
      columns.some(
        ({ stage, count, cards }) =>
          stage === 'DECISION' && count > 0 && cards.edges.some(({ node }) => node.id === opportunity.id),
      ),
  );
  say('the board', board.columns.map(({ stage, count }) => `${stage} ${String(count)}`).join(', '));
  const { forecast } = await seller<{ forecast: Forecast }>(
    `query($pipeline: ID!) { forecast(pipeline: $pipeline, groupBy: [stage]) { weighted { amount currency } groups { stage count amount { amount currency } } } }`,
    { pipeline },
  );
  say('the forecast', `weighted ${forecast.weighted.currency} ${forecast.weighted.amount}`);
  return { panel, board, forecast };
};

type Entry = { readonly type: string };
type Overview = {
  readonly account: Named & { readonly mainContactName: string };
  readonly contacts: readonly Written[];
  readonly activities: readonly Written[];
  readonly opportunities: readonly Written[];
};
type Hit = { readonly title: string; readonly type: string; readonly record: { readonly id: string } };

/** What is known of the customer afterwards. */
const lookBack = async ({ seller, say }: DayOptions, { account, contact, phone }: Customer) => {
  const { timeline } = await eventually(
    'the timeline',
    () =>
      seller<{ timeline: { entries: readonly Entry[] } }>(
        `query($id: ID!) { timeline(record: $id, first: 50) { entries { type } } }`,
        { id: account.id },
      ),
    ({ timeline: { entries } }) => entries.filter(({ type }) => type === 'opportunity.stageChanged').length === 3,
  );
  say('the timeline', timeline.entries.map(({ type }) => type).join(', '));
  const { account360 } = await seller<{ account360: Overview }>(
    `query($id: ID!) { account360(id: $id) { account { id name mainContactName } contacts { id version } activities { id version } opportunities { id version } } }`,
    { id: account.id },
  );
  say('the account at a glance', `speak to ${account360.account.mainContactName}`);
  const fragment = phone.slice(-6);
  const { search } = await eventually(
    'finding the contact',
    () =>
      seller<{ search: { hits: readonly Hit[] } }>(
        `query($text: String!) { search(text: $text) { hits { title type record { id } } } }`,
        { text: fragment },
      ),
    ({ search: { hits } }) => hits.some(({ record }) => record.id === contact.id),
  );
  say(`searched ${fragment}`, search.hits.map(({ title, type }) => `${title} (${type})`).join(', '));
  return { timeline, account360, search };
};

/** Takes the account out of use and brings it back. */
const archiveAndRestore = async ({ seller, say }: DayOptions, { account }: Customer) => {
  const { account: current } = await seller<{ account: Written }>(
    `query($id: ID!) { account(id: $id) { id version } }`,
    { id: account.id },
  );
  const selection = 'account { id version archivedAt }';
  type Archived = { readonly account: Written & { readonly archivedAt: string | null } };
  const archived = (await mutate<Archived>(seller, 'archiveAccount', selection, current)).account;
  say('archived the account', archived.archivedAt ?? '');
  const restored = (
    await mutate<Archived>(seller, 'restoreAccount', selection, { id: archived.id, version: archived.version })
  ).account;
  say('and restored it', `version ${String(restored.version)}`);
  return { archived, restored };
};

/** Lives the day; answers everything that was seen in it. */
export const liveADay = async (options: DayOptions) => {
  const { me } = await options.seller<{ me: { user: Named; tenant: Named } }>(
    '{ me { user { id name } tenant { id name } } }',
  );
  options.say('signed in', `${me.user.name} of ${me.tenant.name}`);
  const setup = await setUp(options.administrator);
  const customer = await meetCustomer(options);
  const visit = await visitCustomer(options, setup, customer);
  const opportunity = await workOpportunity(options, setup, customer);
  const seen = await lookAround(options, setup, opportunity);
  const known = await lookBack(options, customer);
  return {
    me,
    setup,
    ...customer,
    visit,
    opportunity,
    ...seen,
    ...known,
    ...(await archiveAndRestore(options, customer)),
  };
};
