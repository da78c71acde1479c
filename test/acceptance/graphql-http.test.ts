import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startTestCloud, type Caller, type ReadyLine, type TestCloud } from '#test/support/cloud';
import { signInThere, startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 60_000);
afterAll(() => cloud.stop());

/** As a client with a key. One that reads by GET must show that no web page made it do so. */
const fetchWithKey: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('authorization', `Bearer ${cloud.ready().key}`);
  headers.set('apollo-require-preflight', 'true');
  return fetch(input, { ...init, headers });
};

const audits = serverAudits({ url: () => cloud.ready().graphql, fetchFn: fetchWithKey });

/** A refused document is 400 in every media type, so that monitors see it; in plain JSON the specification would rather have 200. */
const chosen = new Set([
  'SHOULD use 200 status code on document parsing failure when accepting application/json',
  'SHOULD use 200 status code on document validation failure when accepting application/json',
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
]);

describe('GraphQL over HTTP', () => {
  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (name, audit) => {
    expect(await audit.fn()).toMatchObject({ status: chosen.has(name) ? 'warn' : 'ok' });
  });
});

describe('whoever asks too much', () => {
  const ask = ({ token = '' }: Caller) =>
    fetch(cloud.ready().graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ accounts(first: 5) { nodes { name } } me { tenant { id } } }' }),
    });
  const operate = async (text: string): Promise<void> => {
    const { operatorKey: key } = cloud.ready() as ReadyLine & { readonly operatorKey: string };
    expect((await cloud.graphql(`mutation { ${text} { userErrors { code } } }`, {}, { key })).errors).toBeUndefined();
  };

  it('is told to wait until the next minute, while others are served; the operator says how much is too much', async () => {
    const there = await startOtherTenant(cloud);
    const first = await ask(there);
    const { data, extensions } = (await first.json()) as {
      data: { me: { tenant: { id: string } } };
      extensions: { cost: { points: number } };
    };
    expect(extensions.cost.points).toBeGreaterThan(1);
    await operate(`limitTenant(input: { tenant: "${data.me.tenant.id}", pointsPerMinute: 40 })`);
    await cloud.advance(61);
    const again = await signInThere(cloud);
    const answers: Response[] = [];
    while (answers.length < 60 && answers.at(-1)?.status !== 429) answers.push(await ask(again));
    const refused = answers.at(-1);
    expect(answers.length).toBeGreaterThan(1);
    expect(await refused?.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    const wait = Number(refused?.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await cloud.graphql('{ __typename }')).errors).toBeUndefined();
    await cloud.advance(wait);
    expect((await ask(again)).status).toBe(200);
  }, 60_000);
});
