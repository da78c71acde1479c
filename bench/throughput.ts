// Requests per second over HTTP against a whole local cloud, at concurrency 1 and 16, for a bounded time; what was asked
// for must also be done: the backlog of each run has to drain within a minute.
import { Agent, request } from 'node:http';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { contactInput } from './data.ts';
import { texts } from './operations.ts';
import { atLeast, atMost, type Row } from './rows.ts';

/** How long and how much one run may take. */
export type Load = { readonly seconds: number; readonly mostRequests: number };

type Scenario = {
  readonly name: string;
  /** Requests per second at concurrency 1 and 16. */
  readonly budgets: readonly [number, number];
  readonly query: string;
  variables(turn: number): Readonly<Record<string, unknown>>;
};

const concurrencies = [1, 16] as const;
const drainSeconds = 60;

/** The rows. Each is compared with the least that this API can be asked over the same door. */
export const throughputRows = async (load: Load): Promise<readonly Row[]> => {
  const cloud = await startTestCloud();
  try {
    const scenarios = await scenariosOn(cloud);
    const floors = await floorsOf(cloud, load);
    const rows: Row[] = [];
    for (const scenario of scenarios) rows.push(...(await measure(cloud, scenario, floors, load)));
    return rows;
  } finally {
    await cloud.stop();
  }
};

const trivial: Scenario = {
  name: 'trivial',
  budgets: [0, 0],
  query: 'query Trivial { __typename }',
  variables: () => ({}),
};

const floorsOf = async (cloud: TestCloud, load: Load): Promise<readonly number[]> => {
  await drive(cloud, trivial, 1, { seconds: 1, mostRequests: 500 });
  const floors: number[] = [];
  for (const concurrency of concurrencies) floors.push((await drive(cloud, trivial, concurrency, load)).perSecond);
  return floors;
};

const measure = async (
  cloud: TestCloud,
  scenario: Scenario,
  floors: readonly number[],
  load: Load,
): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  await drive(cloud, scenario, 1, { seconds: 1, mostRequests: 100 });
  await cloud.idle(drainSeconds);
  for (const [index, concurrency] of concurrencies.entries()) {
    const { perSecond, failed } = await drive(cloud, scenario, concurrency, load);
    const drained = await drain(cloud);
    const name = `${scenario.name}, concurrency ${String(concurrency)}`;
    const budget = scenario.budgets[index] ?? 0;
    const row = atLeast(name, { budget, measured: perSecond, unit: 'requests/s', floor: floors[index] ?? 0 });
    rows.push({ ...row, ok: row.ok && failed === 0 && drained <= drainSeconds });
    if (failed > 0) rows.push(atMost(`${name}, failed`, { budget: 0, measured: failed, unit: 'requests' }));
    if (scenario.query.startsWith('mutation'))
      rows.push(atMost(`${name}, backlog drained`, { budget: drainSeconds, measured: drained, unit: 's' }));
  }
  return rows;
};

/** Seconds until nothing is left to do; more than allowed when it has not ended by then. */
const drain = async (cloud: TestCloud): Promise<number> => {
  const from = performance.now();
  try {
    await cloud.idle(drainSeconds);
  } catch {
    // Said by the row; the next run must not stand in its queue.
    await cloud.idle(10 * drainSeconds);
  }
  return (performance.now() - from) / 1000;
};

type Driven = { readonly perSecond: number; readonly failed: number };

let turns = 0;

const drive = async (cloud: TestCloud, scenario: Scenario, concurrency: number, load: Load): Promise<Driven> => {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const ends = performance.now() + load.seconds * 1000;
  const from = performance.now();
  let [done, failed] = [0, 0];
  const client = async (): Promise<void> => {
    while (performance.now() < ends && done + failed < load.mostRequests) {
      const answered = await post(cloud, agent, { query: scenario.query, variables: scenario.variables((turns += 1)) });
      if (answered) done += 1;
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  agent.destroy();
  return { perSecond: done / ((performance.now() - from) / 1000), failed };
};

/** Whether the answer has neither errors nor userErrors. */
const post = (cloud: TestCloud, agent: Agent, body: object): Promise<boolean> => {
  const { graphql, key } = cloud.ready();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const sent = request(graphql, { agent, method: 'POST', headers }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.on('end', () => {
      resolve(response.statusCode === 200 && !/"errors":|"userErrors":\[\{/.test(text));
    });
  });
  sent.on('error', reject).end(JSON.stringify(body));
  return promise;
};

const account360 = `query Account($id: ID!) { account(id: $id) { id name email
  activities(first: 20) { nodes { id subject status startsAt } } contacts(first: 20) { nodes { id name email phone } } } }`;

/** The scenarios on data made here: an account with its people and work, opportunities of one owner. */
export const scenariosOn = async (cloud: TestCloud): Promise<readonly Scenario[]> => {
  const { owner, pipeline, type } = await people(cloud);
  const account = await make(cloud, 'Account', { name: 'Clínica Zambrano' });
  for (let index = 0; index < 20; index += 1) {
    await make(cloud, 'Contact', { ...contactInput(index), account });
    const startsAt = `2026-12-${String(index + 1).padStart(2, '0')}T15:00:00Z`;
    await make(cloud, 'Activity', { subject: `Visita ${String(index)}`, type, account, startsAt });
  }
  const opportunities: string[] = [];
  for (let index = 0; index < 60; index += 1)
    opportunities.push(await make(cloud, 'Opportunity', opportunity(index, account, owner)));
  await cloud.idle(120);
  const stages = ['ENGAGING', 'PROPOSAL', 'PROSPECTING', 'DECISION'];
  const moved = (turn: number) => ({
    id: opportunities[turn % opportunities.length],
    stage: stages[Math.floor(turn / opportunities.length) % stages.length],
  });
  return [
    {
      name: 'create contact',
      budgets: [280, 590],
      query: texts.create,
      variables: (turn) => ({ input: { ...contactInput(turn), account } }),
    },
    {
      name: 'account + 20 activities + contacts',
      budgets: [270, 450],
      query: account360,
      variables: () => ({ id: account }),
    },
    { name: "owner's 50 opportunities by date", budgets: [185, 340], query: texts.owned, variables: () => ({ owner }) },
    { name: 'stage move', budgets: [265, 420], query: texts.move, variables: (turn) => ({ input: moved(turn) }) },
    { name: 'totals by stage', budgets: [455, 755], query: texts.totals, variables: () => ({ pipeline }) },
    { name: 'search', budgets: [205, 370], query: texts.search, variables: () => ({ text: 'zambrano' }) },
  ];
};

const opportunity = (index: number, account: string, owner: string) => ({
  name: `Equipos ${String(index)}`,
  account,
  owner,
  amount: { amount: String(100 + index), currency: 'USD' },
  expectedCloseOn: `2026-12-${String(1 + (index % 28)).padStart(2, '0')}`,
});

type Named = { readonly nodes: readonly { readonly id: string }[] };

const people = async (cloud: TestCloud) => {
  const { data } = await cloud.graphql<{ users: Named; pipelines: Named; activityTypes: Named }>(
    '{ users { nodes { id } } pipelines { nodes { id } } activityTypes { nodes { id } } }',
  );
  const [owner = '', pipeline = '', type = ''] = [data?.users, data?.pipelines, data?.activityTypes].map(
    (list) => list?.nodes[0]?.id,
  );
  return { owner, pipeline, type };
};

const make = async (cloud: TestCloud, entity: string, input: object): Promise<string> => {
  const field = entity.toLowerCase();
  const answer = await cloud.graphql<{ made: Readonly<Record<string, { readonly id: string } | null>> }>(
    `mutation Make($input: Create${entity}Input!) { made: create${entity}(input: $input) { ${field} { id } userErrors { code message } } }`,
    { input },
  );
  const id = answer.data?.made[field]?.id;
  if (id === undefined) throw new Error(`${entity}: ${JSON.stringify(answer)}`);
  return id;
};
