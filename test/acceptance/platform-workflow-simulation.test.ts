import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let begin: string;

const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);
const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);

beforeAll(async () => {
  begin = new Date(Date.now() - 60_000).toISOString();
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
}, 120_000);
afterAll(() => selling.cloud.stop());

type Work = { readonly subject: string; readonly owner: { readonly id: string } | null; readonly queue: string | null };
const workOn = async (record: string): Promise<readonly Work[]> => {
  const query = '{ activities(first: 100) { nodes { subject owner { id } queue about { id } opportunity { id } } } }';
  type Answer = { activities: { nodes: readonly (Work & Record<'about' | 'opportunity', { id: string } | null>)[] } };
  const { activities } = await ask<Answer>(query);
  return activities.nodes
    .filter(({ about, opportunity }) => about?.id === record || opportunity?.id === record)
    .map(({ subject, owner, queue }) => ({ subject, owner, queue }));
};
type Shown = Readonly<Record<'step' | 'by' | 'state', string>>;
const stepsOn = async (record: string, caller: Caller): Promise<readonly string[]> => {
  const query =
    'query($record: ID!) { workflowSteps(record: $record) { steps { step by state people { id } made { id } } } }';
  const { workflowSteps } = await ask<{ workflowSteps: { steps: readonly Shown[] } }>(query, { record }, caller);
  return workflowSteps.steps.map(({ step, by, state }) => `${step} ${by} ${state}`);
};

it('WFL-04 ACT-07 a process that comes with the product is switched on, plans work out of what happens, and is copied', async () => {
  type Ready = { readonly key: string; readonly name: string; readonly steps: number };
  const { readyWorkflows } = await ask<{ readyWorkflows: { ready: readonly Ready[] } }>(
    '{ readyWorkflows { ready { key name steps } } }',
  );
  expect(readyWorkflows.ready.map(({ key }) => key)).toEqual(
    expect.arrayContaining([
      ...['CALL_BACK', 'ORDER_RECEIVED', 'LEAD_FOLLOW_UP', 'STALE_DEAL', 'INVOICE_FOR_PAYMENT', 'WELCOME', 'RENEWAL'],
      ...['BIRTHDAY', 'UNASSIGNED_LEAD', 'PROMISE_BROKEN'],
    ]),
  );
  const fields = 'workflow { id version active ready }';
  expect(await act('switchOnWorkflow', { ready: 'LEAD_FOLLOW_UP' }, fields)).toMatchObject({ active: true });
  const copy = { ready: 'LEAD_FOLLOW_UP', name: 'Nuestro seguimiento', active: false };
  expect(await act('switchOnWorkflow', copy, fields)).toMatchObject({ active: false, ready: 'LEAD_FOLLOW_UP' });
  await expect(act('switchOnWorkflow', { ready: 'NONE' }, fields)).rejects.toThrow('UNKNOWN_DEFINITION');
  await expect(act('switchOnWorkflow', { ready: 'WELCOME' }, fields, seller)).rejects.toThrow('FORBIDDEN');

  const lead = await act('createLead', { firstName: 'Luz' }, 'lead { id version }', seller);
  await selling.cloud.idle();
  expect(await workOn(lead.id)).toEqual([{ subject: 'Llamar a Luz', owner: { id: selling.ids.seller }, queue: null }]);
  expect(await stepsOn(lead.id, seller)).toEqual(['CALL PERSON WAITING', 'WAIT SYSTEM WAITING', 'INSIST PERSON NEXT']);
  const { activities } = await ask<{ activities: { nodes: readonly { id: string; subject: string }[] } }>(
    '{ activities(first: 100) { nodes { id subject } } }',
  );
  const call = activities.nodes.find(({ subject }) => subject === 'Llamar a Luz');
  await act('completeActivity', { id: call?.id, result: 'Interesada' }, 'activity { id }', seller);
  await selling.cloud.idle();
  expect(await stepsOn(lead.id, seller)).toEqual(['CALL PERSON DONE', 'WAIT SYSTEM WAITING', 'INSIST PERSON NEXT']);
}, 60_000);

it('OPP-09 WFL-05 a stage does by itself what was settled, leaves to people what is theirs, and hears other systems', async () => {
  const stages = await ask<{
    pipelines: { nodes: readonly { id: string; stages: readonly { key: string; kind: string }[] }[] };
  }>('{ pipelines { nodes { id stages { key kind } } } }');
  const [first, second] = stages.pipelines.nodes[0]?.stages.map(({ key }) => key) ?? [];
  const rule = (name: string, input: object) =>
    act('createStageRule', { name, within: selling.ids.pipeline, ...input }, 'workflow { id version }');
  const steps = [
    { key: 'NOTE', kind: 'setField', input: { values: { description: 'Oferta pedida' } } },
    { key: 'OFFER', kind: 'task', input: { subject: 'Preparar la oferta', role: 'support' } },
  ];
  await rule('Al entrar', { stage: second, when: 'ENTRY', steps });
  const moved = { operation: 'moveOpportunity', input: { id: { $: 'record.id' }, stage: 'WON' } };
  const outside = await rule('Pagado', {
    ...{ stage: second, when: 'OUTSIDE_EVENT', by: 'externalId' },
    steps: [{ key: 'WIN', kind: 'operation', input: moved }],
  });
  const { workflowAddress } = await ask<{ workflowAddress: { url: string } }>(
    'query($id: ID!) { workflowAddress(id: $id) { url } }',
    { id: outside.id },
  );
  const deal = await act(
    'createOpportunity',
    { name: 'Mesas', account: selling.ids.account, externalId: 'W-7', amount: { amount: '900', currency: 'USD' } },
    'opportunity { id version }',
    seller,
  );
  const say = async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(workflowAddress.url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ record: 'W-7', paid: true }),
    });
    await selling.cloud.idle();
    return answer.status;
  };
  const stage = async () =>
    (
      await ask<{ opportunity: object }>('query($id: ID!) { opportunity(id: $id) { stage description } }', {
        id: deal.id,
      })
    ).opportunity;
  expect(await say()).toBeLessThan(300);
  expect(await stage()).toEqual({ stage: first, description: null });
  await act('moveOpportunity', { id: deal.id, stage: second }, 'opportunity { id }', seller);
  await selling.cloud.idle();
  expect(await stage()).toEqual({ stage: second, description: 'Oferta pedida' });
  expect(await workOn(deal.id)).toEqual([{ subject: 'Preparar la oferta', owner: null, queue: 'role:support' }]);
  expect((await stepsOn(deal.id, seller)).slice(0, 2)).toEqual(['NOTE SYSTEM DONE', 'OFFER PERSON WAITING']);
  expect(await say()).toBeLessThan(300);
  expect(await stage()).toMatchObject({ stage: 'WON' });
}, 60_000);

it('WFL-04 a draft is tried over what has happened, and nothing of it happens', async () => {
  const account = await act('createAccount', { name: 'Prueba', email: 'hola@prueba.test' }, 'account { id }', seller);
  await selling.cloud.idle();
  const draft = {
    of: 'Account',
    trigger: { kind: 'EVENT', on: 'account.created', where: { name: { eq: 'Prueba' } } },
    steps: [
      {
        key: 'MAIL',
        kind: 'mailCustomer',
        input: { subject: { es: 'Hola {record.name}', en: 'Hello' }, body: { es: 'Hola', en: 'Hello' } },
      },
      { key: 'NAME', kind: 'setField', input: { values: { name: '{record.name}!' } } },
    ],
  };
  const query = `query($draft: JSON!, $from: DateTime!, $to: DateTime!) { simulateWorkflow(draft: $draft, from: $from, to: $to) {
    digest isComplete counts { matched started mails writes failed } matches { record type fate } mails { input } writes { step } loops { step } } }`;
  const to = new Date().toISOString();
  type Answer = { simulateWorkflow: Readonly<Record<string, unknown>> };
  const tried = async (caller?: Caller) =>
    (await ask<Answer>(query, { draft, from: begin, to }, caller)).simulateWorkflow;
  const report = await tried();
  expect(report).toMatchObject({
    counts: { matched: 1, started: 1, mails: 1, writes: 1, failed: 0 },
    matches: [{ record: account.id, type: 'account.created', fate: 'STARTED' }],
    isComplete: true,
    loops: [],
  });
  expect(JSON.stringify(await tried())).toBe(JSON.stringify(report));
  await expect(tried(seller)).rejects.toThrow('FORBIDDEN');
  // The same as a job, whose report is a file that a person fetches.
  const { id } = await act('startSimulation', { draft, from: begin, to }, 'job { id version }');
  await selling.cloud.idle();
  type Done = { job: { status: string; total: number; done: number; result: { digest: string; file: string } } };
  const { job } = await ask<Done>('query($id: ID!) { job(id: $id) { status total done result } }', { id });
  expect(job).toMatchObject({ status: 'COMPLETED', total: job.done, result: { digest: report['digest'] } });
  const { fileUrl } = await ask<{ fileUrl: { url: string } }>('query($id: ID!) { fileUrl(id: $id) { url } }', {
    id: job.result.file,
  });
  expect(await (await fetch(fileUrl.url)).json()).toMatchObject({ digest: report['digest'], isComplete: true });
  expect(await selling.cloud.mailbox({ to: 'hola@prueba.test' })).toEqual([]);
  const { account: now } = await ask<{ account: object }>('query($id: ID!) { account(id: $id) { name } }', {
    id: account.id,
  });
  expect(now).toEqual({ name: 'Prueba' });
}, 60_000);
