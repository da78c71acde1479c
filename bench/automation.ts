// Mutations at a steady pace while workflows and a webhook follow each of them: nothing is lost, and how long what follows takes.
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { atLeast, atMost, type Row } from './rows.ts';

/** Mutations a second, and for how long. */
export type Pace = { readonly perSecond: number; readonly seconds: number };

const origin = 'https://partner.test';

/** When a partner heard of each account first, in milliseconds of this process, and how often it heard of one again. */
type Partner = { readonly url: string; readonly heard: Map<string, number>; again: number; readonly server: Server };

/** The rows: mutations answered, events lost and doubled on the way to the partner and to the workflow, and the lag of the partner. */
export const automationRows = async (pace: Pace): Promise<readonly Row[]> => {
  const partner = await startPartner();
  const cloud = await startTestCloud({ environment: { LAZO_STAND_INS: JSON.stringify({ [origin]: partner.url }) } });
  try {
    await automate(cloud);
    const { answered, seconds } = await drive(cloud, pace);
    const from = performance.now();
    await cloud.idle(600);
    const drained = (performance.now() - from) / 1000;
    return [
      atLeast('automation: mutations', {
        // The last answers come a little after the last request.
        budget: 0.95 * pace.perSecond,
        measured: answered.size / seconds,
        unit: 'requests/s',
      }),
      ...partnerRows(partner, answered),
      ...(await workflowRows(cloud, answered.size)),
      atMost('automation: backlog drained', { budget: 60, measured: drained, unit: 's' }),
    ];
  } finally {
    await cloud.stop();
    partner.server.closeAllConnections();
    partner.server.close();
  }
};

/** What came to the partner, and how long after the answer of the mutation. */
const partnerRows = ({ heard, again }: Partner, answered: ReadonlyMap<string, number>): readonly Row[] => {
  const lags = [...answered].map(([id, at]) => (heard.get(id) ?? Infinity) - at).sort((a, b) => a - b);
  const lost = lags.filter((lag) => lag === Infinity).length;
  const share = (part: number): number => (lags[Math.floor(part * (lags.length - lost - 1))] ?? 0) / 1000;
  return [
    atMost('automation: events that the partner missed', { budget: 0, measured: lost, unit: 'events' }),
    atMost('automation: events that the partner had again', { budget: 0, measured: again, unit: 'events' }),
    atMost('automation: lag of the partner, half of the events', { budget: 30, measured: share(0.5), unit: 's' }),
    atMost('automation: lag of the partner, 99 %', { budget: 60, measured: share(0.99), unit: 's' }),
    atMost('automation: lag of the partner, longest', { budget: 90, measured: share(1), unit: 's' }),
  ];
};

/** What the workflow has done, of so many records. */
const workflowRows = async (cloud: TestCloud, records: number): Promise<readonly Row[]> => {
  const [missed, beyond] = [records - (await marked(cloud)), (await runs(cloud)) - records];
  return [
    atMost('automation: records that the workflow missed', { budget: 0, measured: missed, unit: 'records' }),
    atMost('automation: runs of the workflow beyond one for each record', {
      budget: 0,
      measured: beyond,
      unit: 'runs',
    }),
  ];
};

const startPartner = async (): Promise<Partner> => {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { data } = JSON.parse(body) as { readonly data: { readonly record: { readonly id: string } } };
      if (partner.heard.has(data.record.id)) partner.again += 1;
      else partner.heard.set(data.record.id, performance.now());
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const partner: Partner = { url, heard: new Map(), again: 0, server };
  return partner;
};

const mark = 'automated';

/** A partner hears of every new account, and a workflow marks each. */
const automate = async (cloud: TestCloud): Promise<void> => {
  const { users } = cloud.ready();
  const { email = '', password = '' } = users.find(({ role }) => role === 'administrator') ?? {};
  const caller = { token: await cloud.signIn(email, password) };
  const make = async (name: string, record: string, input: object): Promise<void> => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const text = `mutation($input: ${type}!) { done: ${name}(input: $input) { ${record} { id } userErrors { code message } } }`;
    const { data, errors } = await cloud.graphql<{ done: { userErrors: readonly object[] } }>(text, { input }, caller);
    if (!data || data.done.userErrors.length > 0) throw new Error(JSON.stringify(errors ?? data));
  };
  await make('createWebhookEndpoint', 'endpoint', {
    name: 'Partner',
    url: `${origin}/hooks`,
    eventTypes: ['account.created'],
  });
  await make('createWorkflow', 'workflow', {
    name: 'Marks new accounts',
    of: 'Account',
    trigger: { kind: 'EVENT', on: 'account.created' },
    steps: [{ key: 'MARK', kind: 'setField', input: { values: { tags: [mark] } } }],
  });
};

/** Sends at the pace, whether or not answers have come; answers which records were made, and when their answer came. */
const drive = async (
  cloud: TestCloud,
  { perSecond, seconds }: Pace,
): Promise<{ readonly answered: ReadonlyMap<string, number>; readonly seconds: number }> => {
  const answered = new Map<string, number>();
  const sent: Promise<void>[] = [];
  const from = performance.now();
  for (let turn = 0; turn < perSecond * seconds; turn += 1) {
    const wait = from + (turn * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    sent.push(
      create(cloud, turn).then((id) => {
        answered.set(id, performance.now());
      }),
    );
  }
  await Promise.all(sent);
  return { answered, seconds: (performance.now() - from) / 1000 };
};

/** A name like no other: what resembles each other would be looked at as one customer entered twice. */
const nameOf = (turn: number): string =>
  createHash('sha256')
    .update(String(turn))
    .digest('hex')
    .replaceAll(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '');

const create = async (cloud: TestCloud, turn: number): Promise<string> => {
  const { data, errors } = await cloud.graphql<{ createAccount: { account: { id: string } | null } }>(
    'mutation($input: CreateAccountInput!) { createAccount(input: $input) { account { id } userErrors { code } } }',
    { input: { name: nameOf(turn), idempotencyKey: `automation ${String(turn)}` } },
  );
  if (!data?.createAccount.account) throw new Error(JSON.stringify(errors ?? data));
  return data.createAccount.account.id;
};

type Node = { readonly id: string; readonly tags?: readonly string[] };
type Page = {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** How many accounts the workflow has marked. */
const marked = (cloud: TestCloud): Promise<number> =>
  counted(cloud, 'accounts', 'tags', ({ tags = [] }) => tags.includes(mark));

/** How many runs there were. */
const runs = (cloud: TestCloud): Promise<number> => counted(cloud, 'workflowRuns', '', () => true);

const counted = async (
  cloud: TestCloud,
  list: string,
  fields: string,
  counts: (node: Node) => boolean,
): Promise<number> => {
  const query = `query($after: String) { page: ${list}(first: 100, after: $after) { nodes { id ${fields} } pageInfo { hasNextPage endCursor } } }`;
  let count = 0;
  for (let after: string | null = null, isMore = true; isMore;) {
    const { data, errors }: Awaited<ReturnType<typeof cloud.graphql<{ page: Page }>>> = await cloud.graphql(query, {
      after,
    });
    if (!data) throw new Error(JSON.stringify(errors));
    count += data.page.nodes.filter(counts).length;
    [after, isMore] = [data.page.pageInfo.endCursor, data.page.pageInfo.hasNextPage];
  }
  return count;
};
