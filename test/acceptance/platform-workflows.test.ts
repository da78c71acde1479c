import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
let administrator: Caller;
let manager: Caller;
let seller: Caller;
let account: Answered;
const { ask, act, signIn, idOf } = openClient(() => cloud);

const come = async (): Promise<void> => {
  [administrator, manager, seller] = (await Promise.all(['administrator', 'manager', 'seller'].map(signIn))) as [
    Caller,
    Caller,
    Caller,
  ];
};
beforeAll(async () => {
  cloud = await startTestCloud();
  await come();
  account = await act(
    'createAccount',
    { name: 'Muebles Quito', email: 'compras@muebles.test' },
    'owner { id }',
    seller,
  );
}, 120_000);
afterAll(() => cloud.stop());

const publish = (name: string, definition: object): Promise<Answered> =>
  act('createWorkflow', { name, ...definition }, 'revision nextAt', administrator);
type Decision = {
  readonly step: string;
  readonly outcome: string;
  readonly result: string | null;
  readonly input: unknown;
};
type Shown = { readonly step: string; readonly kind: string; readonly state: string };
type Run = Answered & {
  readonly trigger: unknown;
  readonly status: string;
  readonly step: string | null;
  readonly cause: string;
  readonly decisions: readonly Decision[];
};
const runFields = 'id version status step cause code trigger decisions { step outcome result input }';
const runsOf = async (workflow: string, caller = administrator): Promise<readonly Run[]> => {
  const text = `query ($id: ID!) { workflow(id: $id) { runs { nodes { ${runFields} } } } }`;
  const { workflow: found } = await ask<{ workflow: { runs: { nodes: readonly Run[] } } | null }>(
    text,
    { id: workflow },
    caller,
  );
  return found?.runs.nodes ?? [];
};
const outcomes = (run: Run | undefined) => run?.decisions.map(({ step, outcome }) => `${step} ${outcome}`);
const open = (name: string, more: object = {}) =>
  act(
    'createOpportunity',
    { name, account: account.id, amount: { amount: '1200', currency: 'USD' }, ...more },
    'stage',
    seller,
  );
const stageOf = async (id: string): Promise<string> =>
  (await ask<{ opportunity: { stage: string } }>('query ($id: ID!) { opportunity(id: $id) { stage } }', { id }, seller))
    .opportunity.stage;

describe('workflows', () => {
  it('WFL-01 write to customers and tell users when something happens to a record, once', async () => {
    const won = {
      of: 'Opportunity',
      trigger: {
        kind: 'EVENT',
        on: 'opportunity.won',
        where: { amount: { gte: { amount: '1000', currency: 'USD' } } },
      },
      steps: [
        {
          key: 'MAIL',
          kind: 'mail',
          input: {
            to: ['compras@muebles.test'],
            subject: 'Gracias por {record.name}',
            body: 'Recibimos su pedido de {record.amount}.',
          },
        },
        { key: 'TELL', kind: 'notify', input: { to: [{ $: 'record.ownerId' }], title: 'Ganada: {record.name}' } },
      ],
    };
    const workflow = await publish('Gracias', won);
    const [large, small] = [await open('Sillas'), await open('Lápices', { amount: { amount: '20', currency: 'USD' } })];
    for (const { id } of [large, small]) await act('moveOpportunity', { id, stage: 'WON' }, '', seller);
    await cloud.idle();
    const mails = (await cloud.mailbox()).filter(({ subject }) => subject.startsWith('Gracias por'));
    expect(mails.map(({ subject, to }) => [subject, to])).toEqual([['Gracias por Sillas', ['compras@muebles.test']]]);
    expect(mails[0]?.text).toContain('1200.00 USD');
    const [run, ...others] = await runsOf(workflow.id);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ status: 'COMPLETED', cause: 'opportunity.won' });
    expect(outcomes(run)).toEqual(['MAIL DONE', 'TELL DONE']);
    // What it went by was seen with other rights than the seller's, who sees that it was done.
    expect(run?.decisions[0]?.input).toMatchObject({ subject: 'Gracias por Sillas' });
    const [seen] = await runsOf(workflow.id, seller);
    expect([seen?.status, seen?.cause, seen?.decisions, seen?.trigger]).toEqual([
      'COMPLETED',
      'opportunity.won',
      [],
      null,
    ]);
    expect(run?.trigger).toMatchObject({ event: { type: 'opportunity.won' } });
    const { workflowSteps } = await ask<{ workflowSteps: { steps: readonly Shown[] } }>(
      'query ($id: ID!) { workflowSteps(record: $id) { steps { step kind state at } } }',
      { id: large.id },
      seller,
    );
    expect(workflowSteps.steps.map(({ step, kind, state }) => [step, kind, state])).toEqual([
      ['MAIL', 'mail', 'DONE'],
      ['TELL', 'notify', 'DONE'],
    ]);
    const { inbox } = await ask<{
      inbox: { notifications: { nodes?: readonly { title: string }[]; edges?: unknown } };
    }>('{ inbox { notifications { nodes { title } } } }', {}, seller);
    expect(JSON.stringify(inbox)).toContain('Ganada: Sillas');
    expect(
      await ask<{ workflow: unknown }>(
        'query ($id: ID!) { workflow(id: $id) { id } }',
        { id: workflow.id },
        await startOtherTenant(cloud),
      ),
    ).toEqual({ workflow: null });
  });

  it('WFL-03 WFL-05 are the company’s own, special for an account, with a revision for each change and manual decisions in between', async () => {
    const ask1 = {
      key: 'ASK',
      kind: 'approval',
      input: { subject: '¿Seguimos con {record.name}?', approvers: [await idOf(manager)] },
    };
    const steps = [
      { ...ask1, routes: [{ is: ['REJECTED'], to: 'END' }] },
      { key: 'NAME', kind: 'setField', input: { values: { name: '{record.name} aprobada' } } },
    ];
    const wrong = { of: 'Account', trigger: { kind: 'MANUAL' }, steps: [{ ...steps[1], next: 'NADA' }] };
    expect(await failing(publish('Mala', wrong))).toContain('UNKNOWN_STEP');
    expect(await failing(act('createWorkflow', { name: 'Mía', ...wrong }, '', seller))).toContain('FORBIDDEN');
    const trigger = { kind: 'EVENT', on: 'account.updated', changed: ['email'] };
    const general = await publish('Visto bueno', { of: 'Account', trigger, process: 'CHECK', steps });
    const special = await publish('Visto bueno de Muebles', {
      ...{ of: 'Account', trigger, process: 'CHECK', scope: { kind: 'ACCOUNT', of: account.id } },
      steps: [{ key: 'NAME', kind: 'setField', input: { values: { name: 'Muebles especial' } } }],
    });
    const other = await act('createAccount', { name: 'Otra', email: 'a@otra.test' }, '', seller);
    await cloud.idle();
    for (const { id } of [account, other]) {
      const { account: now } = await ask<{ account: Answered }>('query ($id: ID!) { account(id: $id) { version } }', {
        id,
      });
      await act('updateAccount', { id, version: now.version, email: 'b@otra.test' }, '', seller);
    }
    await cloud.idle();
    expect((await runsOf(special.id)).map(({ status }) => status)).toEqual(['COMPLETED']);
    const [waiting] = await runsOf(general.id);
    expect(waiting).toMatchObject({ status: 'WAITING', step: 'ASK' });
    const changed = { id: general.id, version: general.version, steps: [steps[1]] };
    expect(await act('updateWorkflow', changed, 'revision', administrator)).toMatchObject({ revision: 2 });
    expect(await failing(act('updateWorkflow', changed, '', administrator))).toContain('STALE_VERSION');
    const { approvalsToDecide } = await ask<{ approvalsToDecide: { approvals: readonly Answered[] } }>(
      '{ approvalsToDecide { approvals { id version subject } } }',
      {},
      manager,
    );
    const [asked] = approvalsToDecide.approvals;
    expect(asked).toMatchObject({ subject: '¿Seguimos con Otra?' });
    await cloud.kill9();
    await cloud.restart();
    await come();
    await act('approve', { id: asked?.id }, '', manager);
    await cloud.idle();
    const [done] = await runsOf(general.id);
    expect(outcomes(done)).toEqual(['ASK WAITING', 'ASK DONE', 'NAME DONE']);
    const { timeline } = await ask<{ timeline: { entries: readonly { type: string }[] } }>(
      'query ($id: ID!) { timeline(record: $id) { entries { type } } }',
      { id: other.id },
      seller,
    );
    expect(timeline.entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['workflowRun.created', 'workflowRun.completed']),
    );
  });

  it('INT-06 begin with a call from a landing page, once for each call', async () => {
    const workflow = await publish('Página', {
      trigger: { kind: 'WEBHOOK' },
      steps: [
        {
          key: 'LEAD',
          kind: 'operation',
          input: { operation: 'createLead', input: { lastName: { $: 'input.name' }, email: { $: 'input.email' } } },
        },
      ],
    });
    const { workflowAddress } = await ask<{ workflowAddress: { url: string } }>(
      'query ($id: ID!) { workflowAddress(id: $id) { url } }',
      { id: workflow.id },
      administrator,
    );
    const call = (url: string, body: string) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' }, body });
    const body = JSON.stringify({ name: 'Vera', email: 'vera@correo.test' });
    const answers = [
      await call(workflowAddress.url, body),
      await call(workflowAddress.url, body),
      await call(`${workflowAddress.url}x`, body),
      await call(workflowAddress.url, '{'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 404, 422]);
    await cloud.idle();
    const runs = await runsOf(workflow.id);
    expect(runs.map(({ status }) => status)).toEqual(['COMPLETED']);
    const { leads } = await ask<{ leads: { nodes: readonly { email: string }[] } }>(
      '{ leads { nodes { email } } }',
      {},
      administrator,
    );
    expect(leads.nodes.filter(({ email }) => email === 'vera@correo.test')).toHaveLength(1);
  });

  it('OPP-09 act in each stage of the funnel and move opportunities by themselves, also when another system says so', async () => {
    const entered = await publish('Propuesta', {
      of: 'Opportunity',
      trigger: { kind: 'EVENT', on: 'opportunity.stageChanged', where: { stage: { eq: 'PROPOSAL' } } },
      steps: [
        {
          key: 'TELL',
          kind: 'notify',
          input: { to: [{ $: 'record.ownerId' }], title: 'Preparar la propuesta de {record.name}' },
        },
        {
          key: 'WAIT',
          kind: 'waitFor',
          input: { event: 'opportunity.stageChanged', amount: 3, unit: 'MINUTES' },
          routes: [{ is: ['HAPPENED'], to: 'END' }],
        },
        {
          key: 'LOSE',
          kind: 'operation',
          input: {
            operation: 'moveOpportunity',
            input: { id: { $: 'record.id' }, stage: 'LOST', lostReason: 'Sin respuesta' },
          },
        },
      ],
    });
    const outside = await publish('Señal del ERP', {
      ...{ of: 'Opportunity', trigger: { kind: 'WEBHOOK', record: 'deal' } },
      steps: [
        {
          key: 'MOVE',
          kind: 'operation',
          input: { operation: 'moveOpportunity', input: { id: { $: 'record.id' }, stage: { $: 'input.stage' } } },
        },
      ],
    });
    const [slow, quick] = [await open('Lenta'), await open('Rápida')];
    const { workflowAddress } = await ask<{ workflowAddress: { url: string } }>(
      'query ($id: ID!) { workflowAddress(id: $id) { url } }',
      { id: outside.id },
      administrator,
    );
    const signal = async (deal: string, stage: string) =>
      (await fetch(workflowAddress.url, { method: 'POST', body: JSON.stringify({ deal, stage }) })).status;
    expect([await signal(slow.id, 'PROPOSAL'), await signal(quick.id, 'PROPOSAL')]).toEqual([202, 202]);
    await cloud.idle();
    expect(await stageOf(slow.id)).toBe('PROPOSAL');
    expect((await runsOf(entered.id)).map(({ status }) => status)).toEqual(['WAITING', 'WAITING']);
    await act('moveOpportunity', { id: quick.id, stage: 'DECISION' }, '', seller);
    await cloud.advance(300);
    await come();
    expect([await stageOf(slow.id), await stageOf(quick.id)]).toEqual(['LOST', 'DECISION']);
    const results = (await runsOf(entered.id)).map(
      ({ decisions }) => decisions.find(({ step, outcome }) => step === 'WAIT' && outcome === 'DONE')?.result,
    );
    expect(results.toSorted()).toEqual(['HAPPENED', 'TIMED_OUT']);
  });
});
