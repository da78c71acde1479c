import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type Caller, type ReadyLine, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
let operator: Caller;
beforeAll(async () => {
  cloud = await startTestCloud();
  operator = { key: (cloud.ready() as ReadyLine & { readonly operatorKey: string }).operatorKey };
}, 60_000);
afterAll(() => cloud.stop());

type Data = Record<string, Record<string, unknown>>;
const ask = async <Answer = Record<string, unknown>>(
  field: string,
  query: string,
  variables: Record<string, unknown>,
  caller: Caller,
): Promise<Answer> => {
  const answer = await cloud.graphql<Data>(query, variables, caller);
  if (answer.errors)
    throw new Error(
      answer.errors.map(({ message, extensions }) => `${String(extensions?.['code'])}: ${message}`).join('; '),
    );
  const payload = answer.data?.[field] as
    { readonly userErrors?: readonly { readonly code: string; readonly message: string }[] } | undefined;
  const [problem] = payload?.userErrors ?? [];
  if (problem) throw new Error(`${problem.code}: ${problem.message}`);
  return payload as Answer;
};
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => String(error instanceof Error ? error.message : error).split(':')[0] ?? '',
  );

type Trial = { readonly tenant: string; readonly trialEndsAt: string };
type Edges<Node> = { readonly edges: readonly { readonly node: Node }[] };
const names = ({ edges }: Edges<{ readonly name: string }>): readonly string[] =>
  edges.map(({ node }) => node.name).sort();
const accounts = (caller: Caller) =>
  ask<Edges<{ readonly name: string }>>('accounts', '{ accounts(first: 50) { edges { node { name } } } }', {}, caller);
const addAccount = (name: string, caller: Caller) =>
  ask(
    'createAccount',
    'mutation($name: String!) { createAccount(input: { name: $name }) { account { id } userErrors { code message } } }',
    { name },
    caller,
  );

/** A trial whose owner has a password of a test. */
const begin = async (email: string, days = 7): Promise<Trial & { readonly owner: Caller }> => {
  await cloud.addUser({ email, name: 'Olga', password: 'a-password-1' });
  const trial = await ask<Trial>(
    'createTrialTenant',
    'mutation($email: Email!, $days: Int!) { createTrialTenant(input: { name: "Acme", country: "EC", ownerName: "Olga", ownerEmail: $email, days: $days }) { tenant trialEndsAt status userErrors { code message } } }',
    { email, days },
    operator,
  );
  return { ...trial, owner: { token: await cloud.signIn(email, 'a-password-1') } };
};
const samples = ['Agrícola Los Andes', 'Cooperativa El Sembrador', 'Flores del Valle', 'Hotel Mirador'];

describe('a trial version, over HTTP', () => {
  it('INT-09 one call makes a tenant with sample data and an end; then it is read-only until converted, nothing lost', async () => {
    const email = 'trial@acme.test';
    const { tenant, owner } = await begin(email, 1);
    expect(names(await accounts(owner))).toEqual(samples);
    await addAccount('Our first', owner);
    await cloud.advance(86_460);
    const later = { token: await cloud.signIn(email, 'a-password-1') };
    const me = await ask<{ isReadOnly: boolean; tenant: { status: string } }>(
      'me',
      '{ me { isReadOnly tenant { status } } }',
      {},
      later,
    );
    expect(me).toEqual({ isReadOnly: true, tenant: { status: 'ENDED' } });
    expect(await refusal(addAccount('Too late', later))).toBe('TENANT_READ_ONLY');
    expect(names(await accounts(later))).toEqual([...samples, 'Our first'].sort());
    await ask(
      'convertTenant',
      'mutation($tenant: ID!) { convertTenant(input: { tenant: $tenant }) { status userErrors { code message } } }',
      { tenant },
      operator,
    );
    await cloud.advance(61);
    await addAccount('In time', later);
    expect(names(await accounts(later))).toEqual([...samples, 'Our first', 'In time'].sort());
  });

  it('INT-09 is for the operator to make and to convert', async () => {
    const { tenant, owner } = await begin('other@acme.test');
    const convert =
      'mutation($tenant: ID!) { convertTenant(input: { tenant: $tenant }) { status userErrors { code message } } }';
    expect(await refusal(ask('convertTenant', convert, { tenant }, owner))).toBe('FORBIDDEN');
    expect(await refusal(ask('convertTenant', convert, { tenant }, {}))).toBe('FORBIDDEN');
    expect(await refusal(addAccount('In the house of the operator', operator))).toBe('FORBIDDEN');
  });
});

describe('backup and restore, over HTTP', () => {
  it('INT-09 brings a tenant back as another one, with records, history, search and totals', async () => {
    const { tenant, owner } = await begin('backup@acme.test');
    await addAccount('Kept for ever', owner);
    await cloud.idle();
    const { job } = await ask<{ job: { id: string } }>(
      'backupTenant',
      'mutation { backupTenant(input: {}) { job { id status } userErrors { code message } } }',
      {},
      owner,
    );
    await cloud.idle();
    const { backups } = await ask<{
      backups: readonly { backup: string; records: number; links: readonly string[] }[];
    }>('backups', '{ backups { backups { backup records items links } } }', {}, owner);
    expect(backups).toMatchObject([{ backup: job.id }]);
    const lines = await Promise.all((backups[0]?.links ?? []).map(async (link) => (await fetch(link)).text()));
    expect(lines.join('')).toContain('Kept for ever');
    const restored = await ask<{ tenant: string }>(
      'restoreTenant',
      'mutation($tenant: String!, $backup: String!) { restoreTenant(input: { tenant: $tenant, backup: $backup, admits: true, name: "Acme again" }) { tenant job { id } userErrors { code message } } }',
      { tenant, backup: job.id },
      operator,
    );
    await cloud.idle();
    const inside: Caller = { ...owner, headers: { 'x-lazo-tenant': restored.tenant } };
    expect(await refusal(accounts(owner))).toBe('accepted');
    await cloud.advance(61);
    expect(await refusal(accounts(owner))).toBe('UNAUTHENTICATED');
    expect(names(await accounts(inside))).toEqual([...samples, 'Kept for ever'].sort());
    const { tenant: own } = await ask<{ tenant: { name: string; restoredFrom: string } }>(
      'me',
      '{ me { tenant { name restoredFrom } } }',
      {},
      inside,
    );
    expect(own).toEqual({ name: 'Acme again', restoredFrom: `${tenant}/backups/${job.id}` });
    const pipelines = await ask<Edges<{ readonly id: string; readonly subject: string }>>(
      'pipelines',
      '{ pipelines { edges { node { id subject } } } }',
      {},
      inside,
    );
    const pipeline = pipelines.edges.find(({ node }) => node.subject === 'OPPORTUNITY')?.node.id;
    const totals =
      'query($pipeline: ID!) { forecast(pipeline: $pipeline, groupBy: [stage]) { weighted { amount } groups { stage count amount { amount } } } }';
    const before: Caller = { ...owner, headers: { 'x-lazo-tenant': tenant } };
    expect(await ask('forecast', totals, { pipeline }, inside)).toMatchObject({
      groups: expect.arrayContaining([expect.objectContaining({ count: 1 })]) as unknown,
    });
    expect(await ask('forecast', totals, { pipeline }, inside)).toEqual(
      await ask('forecast', totals, { pipeline }, before),
    );
    const search = 'query { search(text: "Kept") { hits { title } } }';
    expect(await ask('search', search, {}, inside)).toEqual(await ask('search', search, {}, before));
    await addAccount('After the restoration', inside);
    await cloud.idle();
    expect(await ask('search', 'query { search(text: "restoration") { hits { title } } }', {}, inside)).toMatchObject({
      hits: [{ title: 'After the restoration' }],
    });
  });

  it('INT-09 restores a backup with what was acknowledged after it, and without whom was forgotten since', async () => {
    const { tenant, owner } = await begin('since@acme.test');
    const make = (input: object) =>
      ask<{ contact: { id: string } }>(
        'createContact',
        'mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { code message } } }',
        { input },
        owner,
      );
    const rosa = await make({ firstName: 'Rosaura', lastName: 'Zambrano', email: 'rosaura.z@lago.ec' });
    await cloud.idle();
    const { job } = await ask<{ job: { id: string } }>(
      'backupTenant',
      'mutation { backupTenant(input: {}) { job { id } userErrors { code message } } }',
      {},
      owner,
    );
    await cloud.idle();
    await addAccount('After the backup', owner);
    const { privacyRequest } = await ask<{ privacyRequest: { id: string } }>(
      'openPrivacyRequest',
      'mutation($subject: ID!) { openPrivacyRequest(input: { subject: $subject, kind: ERASE }) { privacyRequest { id } userErrors { code message } } }',
      { subject: rosa.contact.id },
      owner,
    );
    for (const step of [
      'verifyPrivacyRequest(input: { id: $id, identityCheck: "Seen" })',
      'erasePersonalData(input: { id: $id })',
    ]) {
      const text = `mutation($id: ID!) { ${step} { privacyRequest { status } userErrors { code message } } }`;
      await ask(step.split('(')[0] ?? '', text, { id: privacyRequest.id }, owner);
    }
    await cloud.idle();
    const restore =
      'mutation($tenant: String!, $backup: String!, $catchesUp: Boolean!) { restoreTenant(input: { tenant: $tenant, backup: $backup, admits: true, catchesUp: $catchesUp }) { tenant userErrors { code message } } }';
    const restored = async (catchesUp: boolean): Promise<Caller> => {
      const answer = await ask<{ tenant: string }>(
        'restoreTenant',
        restore,
        { tenant, backup: job.id, catchesUp },
        operator,
      );
      await cloud.idle();
      return { ...owner, headers: { 'x-lazo-tenant': answer.tenant } };
    };
    const search = 'query { search(text: "rosaura") { hits { title } } }';
    const [whole, older] = [await restored(true), await restored(false)];
    await cloud.advance(61);
    expect(names(await accounts(whole))).toEqual([...samples, 'After the backup'].sort());
    expect(names(await accounts(older))).toEqual(samples);
    for (const inside of [whole, older]) {
      expect(await ask('search', search, {}, inside)).toEqual({ hits: [] });
      const gone = 'query($id: ID!) { contact(id: $id) { id } }';
      expect(await cloud.graphql(gone, { id: rosa.contact.id }, inside)).toMatchObject({ data: { contact: null } });
    }
    expect(await refusal(ask('restoreTenant', restore, { tenant, backup: job.id, catchesUp: true }, whole))).toBe(
      'FORBIDDEN',
    );
  });
});
