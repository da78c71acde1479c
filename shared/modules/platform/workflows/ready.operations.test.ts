import { describe, expect, it } from '@jest/globals';
import { json, module, mutation, text, type AnyRow } from '#kernel';
import { forget } from '#kernel/remember';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startWorkflowing, type Workflowing } from '#test/support/workflows';
import { defaultPipeline } from '#modules/platform/flows';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { Workflow, WorkflowRun, type WorkflowRow } from './index.ts';

/** Stores a record as it stands after something has happened to it, for what takes many steps of other modules. */
const happen = mutation('happen', {
  describes: 'Stores a record with an event, for tests.',
  needs: 'workflow.test',
  input: {
    of: text({ describes: 'The entity.' }),
    event: text({ describes: 'The event.' }),
    values: json<Record<string, never>>({ describes: 'Its values.' }),
  },
  returns: Workflow,
  run: ({ of, event, values }, { trusted, registry }) =>
    Promise.resolve(trusted(registry.entity(of)).create(values, { event }) as never),
});
const happening = module('platform/happening-for-tests', { operations: [happen] });

type Ready = { readonly key: string; readonly name: string; readonly workflows: readonly string[] };
type Work = AnyRow & {
  readonly subject: string;
  readonly kind: string;
  readonly owner?: string;
  readonly queue?: string;
};

const tenanted = withTenantTable();
let world: Workflowing;
let account: AnyRow;
let contact: AnyRow;
const start = async (key: string) => {
  world = await startWorkflowing({ table: tenanted.table, tenant: tenanted.tenant, more: [happening] });
  for (const type of defaultActivityTypes) await run('createActivityType', type);
  const made = await run<WorkflowRow>('switchOnWorkflow', { ready: key });
  forget(world.domain.runtime, `workflows ${world.domain.actor().tenant}`);
  expect(made).toMatchObject({ ready: key, active: true, revision: 1 });
  account = await run('createAccount', { name: 'Acme', email: 'hola@acme.test' });
  contact = await run('createContact', {
    ...{ firstName: 'Rosa', lastName: 'Cruz', account: account.id, email: 'rosa@acme.test', language: 'en' },
    birthday: '1990-11-24',
  });
};
const run = <Row = AnyRow>(name: string, input: object) =>
  world.domain.run<Row>(name, input as Record<string, unknown>, world.boss);
const told = (of: string, event: string, values: object) => world.domain.run<AnyRow>('happen', { of, event, values });
/** What comes due around a moment, without all the minutes before it. */
const jump = async (moment: string): Promise<void> => {
  const at = (minutes: number): string => new Date(Date.parse(moment) + minutes * 60_000).toISOString();
  world.domain.clock.set(at(-1));
  await world.advanceTo(at(1));
};
/** The runs that wait for time go on, each when its time has come. */
const wake = async (): Promise<void> => {
  const runs = world.domain.reader().trusted(WorkflowRun);
  const { rows } = await runs.list({ where: { status: { eq: 'WAITING' } }, first: 20 });
  for (const moment of [...new Set(rows.flatMap(({ wakesAt }) => wakesAt ?? []))].sort()) await jump(moment);
  // Those of workflows that were published just now look back first.
  if (rows.some(({ looksBackAt }) => looksBackAt !== undefined)) await wake();
};
const tasks = async (): Promise<readonly Work[]> =>
  (await world.domain.reader().trusted(world.domain.registry.entity('Activity')).list({ first: 50 })).rows.map(
    (row) => row as Work,
  );
const subjects = async () => (await tasks()).map(({ subject }) => subject).sort();
const mails = async () =>
  (await world.domain.reader().trusted(world.domain.registry.entity('Mail')).list({ first: 50 })).rows
    .map(({ to, subject }) => `${String(to)}: ${String(subject)}`)
    .filter((mail) => !mail.startsWith('boss'));

describe('ready definitions', () => {
  it('are listed in one’s own language, and become a workflow or a copy that is off', async () => {
    await start('STALE_DEAL');
    const { ready } = await run<{ ready: readonly Ready[] }>('readyWorkflows', {});
    expect(ready.length).toBeGreaterThanOrEqual(10);
    expect(ready.find(({ key }) => key === 'STALE_DEAL')).toMatchObject({
      name: 'Oportunidad parada',
      workflows: [expect.stringMatching(/^wfl_/)],
    });
    const english = { ...world.boss, locale: 'en' as const };
    for (const { key } of ready) {
      const input = { ready: key, name: `Copy of ${key}`, active: false };
      const copy = await world.domain.run<WorkflowRow>('switchOnWorkflow', input, english);
      expect(copy).toMatchObject({ active: false, ready: key });
      expect(JSON.stringify(copy.steps)).not.toContain('$es');
    }
    expect(await failure(run('switchOnWorkflow', { ready: 'NONE' }))).toBe('UNKNOWN_DEFINITION');
    expect(await failure(run('switchOnWorkflow', { ready: 'STALE_DEAL' }))).toBe('NOT_UNIQUE');
  });

  it('CALL_BACK: a call that is not returned becomes urgent work, one that is does not', async () => {
    await start('CALL_BACK');
    const at = new Date(world.domain.clock.now().getTime() + 60_000).toISOString();
    const remind = () => run('createReminder', { about: contact.id, kind: 'CALL_BACK', at, owner: world.boss.userId });
    const [kept] = [await remind(), await remind()];
    await world.work();
    await jump(at);
    await run('completeReminder', { id: kept.id });
    await world.work();
    await wake();
    expect(await tasks()).toMatchObject([{ kind: 'CALL', priority: 'HIGH', owner: world.boss.userId }]);
    expect((await subjects())[0]).toMatch(/^Devolver la llamada: .*Rosa Cruz/);
  });

  it('ORDER_RECEIVED: the contact of the order is told, in the language of the contact', async () => {
    await start('ORDER_RECEIVED');
    const total = { minor: 11_200, currency: 'USD' };
    await told('Order', 'order.confirmed', {
      ...{ number: 'P-7', account: account.id, contact: contact.id, status: 'CONFIRMED', total, lines: [] },
      ...{ pricedOn: '2026-11-22', coupons: [], headerDiscounts: [], tags: [] },
    });
    await world.work();
    expect(await mails()).toEqual(['rosa@acme.test: We have received your order P-7']);
  });

  it('LEAD_FOLLOW_UP: a call is asked for; nobody worked on the lead, and it is insisted', async () => {
    await start('LEAD_FOLLOW_UP');
    const [slow, quick] = [
      await run('createLead', { firstName: 'Luz' }),
      await run('createLead', { firstName: 'Sol' }),
    ];
    await world.work();
    expect(await subjects()).toEqual(['Llamar a Luz', 'Llamar a Sol']);
    expect(await tasks()).toMatchObject([{ owner: world.boss.userId }, { owner: world.boss.userId }]);
    expect((await tasks()).map(({ about }) => about).sort()).toEqual([slow.id, quick.id].sort());
    await run('startLead', { id: quick.id, version: 1 }).catch(() =>
      run('disqualifyLead', { id: quick.id, reason: 'no' }),
    );
    await wake();
    expect(await subjects()).toEqual(['Llamar a Luz', 'Llamar a Sol', 'Nadie ha llamado aún a Luz']);
  });

  it('LEAD_FROM_BOT: whom the bot hands over is a lead with what they told it, unless they are a contact', async () => {
    await start('LEAD_FROM_BOT');
    const bot = await run('createBot', { name: 'Lía', lines: [], rules: [] });
    const talk = async (peer: string, more: object) => {
      const { id: conversation } = await told('Conversation', 'conversation.created', {
        ...{ channel: 'WHATSAPP', peer, handler: 'PEOPLE', answers: 0, waitedMinutes: 0, longestWaitMinutes: 0 },
        lastMessageAt: world.domain.clock.now().toISOString(),
      });
      const values = { conversation, bot: bot.id, status: 'HANDED_OVER', misses: 0, turns: 3, ...more };
      await told('BotTalk', 'botTalk.handedOver', values);
    };
    const collected = { name: 'Luis', email: 'luis@nova.test', number: '77' };
    await talk('+593991234567', { collected, phone: '+593991234567', intent: 'quote' });
    await talk('visit-1', { collected: {} });
    await talk('+593991234568', { collected, contact: contact.id });
    await world.work();
    const { rows } = await world.domain.reader().trusted(world.domain.registry.entity('Lead')).list({ first: 10 });
    expect(rows.toSorted((one, other) => String(one['name']).localeCompare(String(other['name'])))).toMatchObject([
      { firstName: 'Alguien del chat' },
      {
        ...{ firstName: 'Luis', email: 'luis@nova.test', phone: '+593991234567' },
        message: expect.stringMatching(/quote.*77/),
      },
    ]);
  });

  it('UNASSIGNED_LEAD: managers are to assign what nobody has after some working hours', async () => {
    await start('UNASSIGNED_LEAD');
    await told('Lead', 'lead.created', { lastName: 'Mar', status: 'NEW' });
    await run('createLead', { firstName: 'Owned' });
    await world.work();
    await wake();
    expect(await tasks()).toMatchObject([{ subject: 'Asignar el lead Mar', queue: 'role:manager', priority: 'HIGH' }]);
  });

  it('STALE_DEAL, INVOICE_FOR_PAYMENT: whoever has the deal is to move it, then managers; what cannot be invoiced is completed', async () => {
    await start('STALE_DEAL');
    await run('switchOnWorkflow', { ready: 'INVOICE_FOR_PAYMENT' });
    forget(world.domain.runtime, `workflows ${world.domain.actor().tenant}`);
    await run('createPipeline', defaultPipeline);
    const [stale, won] = [
      await run('createOpportunity', { name: 'Sillas' }),
      await run('createOpportunity', { name: 'Mesas' }),
    ];
    await run('moveOpportunity', { id: won.id, stage: 'WON' });
    await world.work();
    await wake();
    const days = Number(stale['staleAfterDays']);
    await jump(new Date(Date.parse(stale.createdAt) + days * 86_400_000).toISOString());
    expect(await subjects()).toEqual(['Completar los datos de factura: Mesas', 'Mover o cerrar: Sillas']);
    await wake();
    expect((await tasks()).filter(({ queue }) => queue === 'role:manager')).toMatchObject([
      { subject: 'Revisar la oportunidad parada Sillas' },
    ]);
  });

  it('RENEWAL, PROMISE_BROKEN: work for whoever looks after the customer, insisted on', async () => {
    await start('RENEWAL');
    await run('switchOnWorkflow', { ready: 'PROMISE_BROKEN' });
    forget(world.domain.runtime, `workflows ${world.domain.actor().tenant}`);
    await told('Contract', 'contract.noticed', {
      ...{ account: account.id, subject: 'Limpieza', number: 'C-1', startsOn: '2026-01-01', endsOn: '2026-12-31' },
      ...{ status: 'ACTIVE', lines: [], clauses: [], headerDiscounts: [], renewals: 0, owner: world.boss.userId },
    });
    const [total, none] = [5000, 0].map((minor) => ({ minor, currency: 'USD' }));
    const settled = { total, paid: none, credited: none, writtenOff: none };
    const invoice = await told('Invoice', 'invoice.created', {
      account: account.id,
      status: 'DRAFT',
      ...settled,
      lines: [],
    });
    const chased = await told('CollectionCase', 'collectionCase.created', { account: account.id });
    await told('PaymentPromise', 'paymentPromise.broken', {
      ...{ account: account.id, amount: { minor: 5000, currency: 'USD' }, promisedOn: '2026-11-20', by: 'Rosa' },
      ...{
        invoices: [invoice.id],
        case: chased.id,
        status: 'BROKEN',
        decideAt: world.domain.clock.now().toISOString(),
      },
    });
    await world.work();
    expect(await subjects()).toEqual(['Promesa incumplida: 50.00 USD', 'Renovar el contrato C-1']);
    await wake();
    expect(await subjects()).toContain('Contrato C-1 sin renovar');
    expect((await tasks()).every((task) => task['account'] === account.id)).toBe(true);
  });

  it('WELCOME, BIRTHDAY: customers and contacts are written to, and called a week later', async () => {
    await start('WELCOME');
    await run('switchOnWorkflow', { ready: 'BIRTHDAY' });
    forget(world.domain.runtime, `workflows ${world.domain.actor().tenant}`);
    await told('Account', 'account.becameCustomer', { name: 'Nova', email: 'nova@nova.test', lifecycle: 'CUSTOMER' });
    await world.work();
    expect(await mails()).toEqual(['nova@nova.test: Bienvenidos, Nova']);
    await jump('2026-11-24T12:00:00.000Z');
    expect((await mails()).sort()).toEqual([
      'nova@nova.test: Bienvenidos, Nova',
      'rosa@acme.test: Happy birthday, Rosa Cruz!',
    ]);
    const rosa = await world.domain.reader().trusted(world.domain.registry.entity('Contact')).get(contact.id);
    expect(rosa['nextBirthday']).toBe('2027-11-24');
    await wake();
    expect(await subjects()).toEqual(['¿Cómo le va a Nova?']);
  });
});
