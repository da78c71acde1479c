import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 60_000);
afterAll(() => cloud.stop());

const ask = async <Data>(query: string, variables: object = {}): Promise<Data> => {
  const answer = await cloud.graphql<Data>(query, { ...variables });
  if (!answer.data || answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
};
type Person = { readonly id: string; readonly name: string; readonly email: string };
const people = async (): Promise<readonly Person[]> =>
  (
    await ask<{ users: { nodes: readonly Person[] } }>('{ users(first: 20) { nodes { id name email } } }')
  ).users.nodes.filter(
    // The key belongs to the administrator, and nobody decides an own question.
    ({ email }) => !email.startsWith('administrator@'),
  );
const makeAccount = async (name: string): Promise<string> =>
  (
    await ask<{ createAccount: { account: { id: string } } }>(
      'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { account { id } } }',
      { input: { name } },
    )
  ).createAccount.account.id;
const request = async (input: object): Promise<string> => {
  const { requestApproval: asked } = await ask<{ requestApproval: { approval?: { id: string }; userErrors: unknown } }>(
    'mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { approval { id } userErrors { code message } } }',
    { input },
  );
  if (!asked.approval) throw new Error(JSON.stringify(asked.userErrors));
  return asked.approval.id;
};
const statusOf = async (id: string): Promise<unknown> =>
  (await ask<{ approval: unknown }>('query ($id: ID!) { approval(id: $id) { status waitingFor { id } } }', { id }))
    .approval;

/** The link in the newest mail to somebody, as a mail program finds it. */
const linkTo = async (email: string): Promise<string> => {
  await cloud.idle();
  const [mail] = await cloud.mailbox({ to: email, direction: 'sent' });
  const [link] = /http[^"\s]+\/p\/approval\/[\w.-]+/.exec(mail?.text ?? '') ?? [];
  if (link === undefined) throw new Error(`No link in ${mail?.text ?? 'no mail'}`);
  return link;
};
const post = (link: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(link, { method: 'POST', body: new URLSearchParams(fields) });

describe('the approval page', () => {
  it('EML-01 is reached by a mail, shows on GET, decides on POST, and works once', async () => {
    const [approver] = await people();
    const about = await makeAccount('Botica <b>Ñuñoa</b>');
    const id = await request({
      about,
      kind: 'quote.discount',
      subject: 'Descuento del 20 %',
      amount: { amount: '1234.5', currency: 'USD' },
      reason: '<script>alert(1)</script>',
      approvers: [approver?.id],
    });
    const link = await linkTo(approver?.email ?? '');
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const shown = await page.text();
    expect(shown).toContain('lang="es"');
    expect(shown).toContain('$1.234,50');
    expect(shown).toContain('Botica &lt;b&gt;Ñuñoa&lt;/b&gt;');
    expect(shown).toContain('&lt;script&gt;');
    expect(shown).not.toContain('<script');
    expect(await statusOf(id)).toMatchObject({ status: 'PENDING' });
    expect((await post(link, { decision: 'approve', comment: 'Vale' })).status).toBe(200);
    expect(await statusOf(id)).toMatchObject({ status: 'APPROVED', waitingFor: [] });
    const second = await post(link, { decision: 'reject', comment: 'No' });
    expect(second.status).toBe(409);
    expect(await second.text()).toContain('Ya está decidido');
    expect(await statusOf(id)).toMatchObject({ status: 'APPROVED' });
  });

  it('EML-01 speaks English to who reads English', async () => {
    const [, approver] = await people();
    await ask('mutation ($input: UpdateUserInput!) { updateUser(input: $input) { userErrors { code message } } }', {
      input: { id: approver?.id, version: await versionOf(approver?.id ?? ''), locale: 'en' },
    });
    await request({ about: await makeAccount('Shop'), kind: 'expense', subject: 'Trip', approvers: [approver?.id] });
    const link = await linkTo(approver?.email ?? '');
    const shown = await (await fetch(link)).text();
    expect(shown).toContain('lang="en"');
    expect(shown).toContain('>Approve<');
  });

  it('EML-01 refuses forged, expired and borrowed links, in words for people', async () => {
    const [approver] = await people();
    await ask(
      'mutation ($input: CreateApprovalPolicyInput!) { createApprovalPolicy(input: $input) { userErrors { code message } } }',
      { input: { name: 'Taxis', kind: 'taxi', days: 1, steps: [{ by: 'PERSON', user: approver?.id }] } },
    );
    await cloud.idle();
    await request({ about: await makeAccount('Kiosk'), kind: 'taxi', subject: 'Taxi' });
    const link = await linkTo(approver?.email ?? '');
    const [, token = ''] = /\/approval\/(.+)$/.exec(link) ?? [];
    const [body = ''] = token.split('.');
    const own = createHmac('sha256', 'guessed').update(`link|${body}`).digest('base64url');
    const forged = await fetch(link.replace(token, `${body}.${own}`), { headers: { 'accept-language': 'en' } });
    expect([forged.status, await forged.text()]).toEqual([404, expect.stringContaining('This link is not valid')]);
    expect((await fetch(link.replace('/p/approval/', '/p/unsubscribe/'))).status).toBe(404);
    expect((await fetch(link.replace('/p/approval/', '/p/file/'))).status).toBe(404);
    await cloud.advance(24 * 3600 + 60);
    const expired = await fetch(link);
    expect([expired.status, await expired.text()]).toEqual([410, expect.stringContaining('El enlace ha caducado')]);
  }, 120_000);
});

const versionOf = async (id: string): Promise<number> =>
  (await ask<{ user: { version: number } }>('query ($id: ID!) { user(id: $id) { version } }', { id })).user.version;
