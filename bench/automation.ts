// Mutations at a steady pace while workflows and a webhook follow each of them: nothing is lost, and how long what follows takes.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { atLeast, atMost, type Row } from './rows.ts';

/** Mutations a second, and for how long. */
export type Pace = { readonly perSecond: number; readonly seconds: number };

const origin = 'https://partner.test';

/** When a partner heard of each account first, in milliseconds of this process. */
type Partner = { readonly url: string; readonly heard: Map<string, number>; readonly server: Server };

/** The rows: mutations answered, events that came to the partner and to the workflow, and the lag of the partner. */
export const automationRows = async (pace: Pace): Promise<readonly Row[]> => {
  const partner = await startPartner();
  const cloud = await startTestCloud({ environment: { LAZO_STAND_INS: JSON.stringify({ [origin]: partner.url }) } });
  try {
    await automate(cloud);
    const { answered, seconds } = await drive(cloud, pace);
    const from = performance.now();
    await cloud.idle(600);
    const drained = (performance.now() - from) / 1000;
    const lags = [...answered].map(([id, at]) => (partner.heard.get(id) ?? Infinity) - at).sort((a, b) => a - b);
    const lost = lags.filter((lag) => lag === Infinity).length;
    const share = (part: number): number => (lags[Math.floor(part * (lags.length - lost - 1))] ?? 0) / 1000;
    return [
      atLeast('automation: mutations', {
        budget: pace.perSecond,
        measured: answered.size / seconds,
        unit: 'requests/s',
      }),
      atMost('automation: events that the partner missed', { budget: 0, measured: lost, unit: 'events' }),
      atMost('automation: records that the workflow missed', {
        budget: 0,
        measured: answered.size - (await done(cloud)),
        unit: 'runs',
      }),
      atMost('automation: lag of the partner, half of the events', { budget: 30, measured: share(0.5), unit: 's' }),
      atMost('automation: lag of the partner, 99 %', { budget: 60, measured: share(0.99), unit: 's' }),
      atMost('automation: backlog drained', { budget: 60, measured: drained, unit: 's' }),
    ];
  } finally {
    await cloud.stop();
    partner.server.closeAllConnections();
    partner.server.close();
  }
};

const startPartner = async (): Promise<Partner> => {
  const heard = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { data } = JSON.parse(body) as { readonly data: { readonly record: { readonly id: string } } };
      if (!heard.has(data.record.id)) heard.set(data.record.id, performance.now());
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, heard, server };
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

const create = async (cloud: TestCloud, turn: number): Promise<string> => {
  const { data, errors } = await cloud.graphql<{ createAccount: { account: { id: string } | null } }>(
    'mutation($input: CreateAccountInput!) { createAccount(input: $input) { account { id } userErrors { code } } }',
    { input: { name: `Cliente ${String(turn)}`, idempotencyKey: `automation ${String(turn)}` } },
  );
  if (!data?.createAccount.account) throw new Error(JSON.stringify(errors ?? data));
  return data.createAccount.account.id;
};

/** How many accounts the workflow has marked. */
const done = async (cloud: TestCloud): Promise<number> => {
  type Page = {
    readonly nodes: readonly { readonly tags: readonly string[] }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
  let marked = 0;
  for (let after: string | null = null, isMore = true; isMore;) {
    const page: { readonly data?: { readonly accounts: Page } | null } = await cloud.graphql<{ accounts: Page }>(
      'query($after: String) { accounts(first: 100, after: $after) { nodes { tags } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    const { nodes = [], pageInfo } = page.data?.accounts ?? {};
    marked += nodes.filter(({ tags }) => tags.includes(mark)).length;
    [after, isMore] = [pageInfo?.endCursor ?? null, pageInfo?.hasNextPage ?? false];
  }
  return marked;
};
