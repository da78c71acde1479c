// Calls from outside: the address of a workflow is a key, and every call to it is kept until its run has begun.
import { createHash } from 'node:crypto';
import {
  DomainError,
  externalKey,
  mutation,
  publicPage,
  query,
  ref,
  url,
  versionInput,
  type AnyEntity,
  type Context,
  type PageAnswer,
  type PageRequest,
  type Runtime,
  type SignedLink,
} from '#kernel';
import { linkTo } from '#kernel/run-page';
import { minuteOf, takeShare } from '#modules/platform/limits';
import { advanceRun } from './advance.operations.ts';
import { valueAt } from './mapping.rules.ts';
import { chosenFor } from './special.operations.ts';
import { chainOf, openKeeper } from './places.operations.ts';
import { startRun } from './start.operations.ts';
import { Workflow, type WorkflowRow } from './workflow.entity.ts';

/** A call to the address of a workflow. */
export type HookCall = {
  readonly tenant: string;
  readonly workflow: string;
  /** The same call sent twice has the same. */
  readonly call: string;
  readonly input: unknown;
};

/** The purpose of the addresses: `/hooks/w/<token>`. */
const purpose = 'hook-w';
/** Addresses hold until they are renewed. */
const forEver = '9999-12-31T23:59:59.000Z';
/** Bytes of what may be sent. */
const mostBytes = 64 * 1024;

const which = { id: ref('Workflow', { describes: 'Which one.' }) };

export const workflowAddress = query('workflowAddress', {
  describes: 'The address that starts a workflow by POST with JSON. It is a key: who knows it may start runs.',
  needs: 'workflow.update',
  input: which,
  returns: { url: url({ describes: 'The address.' }) },
  fails: ['NO_ADDRESS'],
  run: async ({ id }, context) => ({ url: await addressOf(context, await context.data(Workflow).get(id)) }),
});

export const renewWorkflowAddress = mutation('renewWorkflowAddress', {
  describes: 'Gives a workflow another address; the old one is void at once.',
  needs: 'workflow.update',
  input: { ...which, version: versionInput },
  returns: { url: url({ describes: 'The new address.' }) },
  fails: ['NO_ADDRESS'],
  run: async ({ id }, context) => {
    const row = await context.data(Workflow).get(id);
    assertHook(row);
    return { url: await addressOf(context, context.data(Workflow).update(row, { hook: context.ids.next('hook') })) };
  },
});

const assertHook = ({ trigger }: WorkflowRow): void => {
  if (trigger.kind !== 'WEBHOOK')
    throw new DomainError('NO_ADDRESS', 'Only workflows that calls start have an address.', ['id']);
};

const addressOf = async (context: Context, row: WorkflowRow): Promise<string> => {
  assertHook(row);
  const link = await linkTo(context, {
    purpose,
    record: row.id,
    until: forEver,
    ...(row.hook !== undefined && { nonce: row.hook }),
  });
  return link.replace(`/p/${purpose}/`, '/hooks/w/');
};

/** Takes a call and answers at once; its run begins by way of the queue, which keeps it. */
export const hookPage = publicPage(purpose, {
  describes: 'Takes calls that start a workflow.',
  run: async (request, context) => {
    const workflow = await calledBy(request, context);
    const refused = await tooMany(context, workflow);
    if (refused) return refused;
    const input = inputOf(request);
    await assertRecord(context, workflow, input);
    const body: HookCall = {
      tenant: context.actor.tenant,
      workflow: workflow.id,
      call: callOf(context, request),
      input,
    };
    await context.ports.queues.send('workflows', [{ body }]);
    return { status: 202, contentType: 'application/json', body: JSON.stringify({ accepted: true, call: body.call }) };
  },
});

/** Whoever calls is told at once that nothing would begin. @throws BAD_INPUT */
const assertRecord = async (context: Context, workflow: WorkflowRow, input: unknown): Promise<void> => {
  const { of, trigger } = workflow;
  if (of === undefined || (await recordOf(context, workflow, input)) !== undefined) return;
  throw new DomainError('BAD_INPUT', `${trigger.record ?? 'The body'} names no ${of} that there is.`);
};

type Called = PageRequest & { readonly link: SignedLink };

/** The workflow whose address is called. @throws what the caller is to know */
const calledBy = async ({ link, method }: Called, context: Context): Promise<WorkflowRow> => {
  const workflow = await context.trusted(Workflow).find(link.record);
  if (!workflow || workflow.hook !== link.nonce || workflow.archivedAt !== undefined)
    throw new DomainError('LINK_INVALID', 'This address is void.');
  if (workflow.trigger.kind !== 'WEBHOOK') throw new DomainError('LINK_INVALID', 'This address is void.');
  if (!workflow.active) throw new DomainError('WORKFLOW_OFF', 'This workflow is not in use.');
  if (context.actor.readOnlyTenant === true)
    throw new DomainError('TENANT_READ_ONLY', 'Nothing new begins here for now; try again later.');
  if (method !== 'POST') throw new DomainError('BAD_INPUT', 'Send JSON by POST.');
  return workflow;
};

/** Calls in a minute where a workflow does not say. */
const usualPerMinute = 300;

/** An address has a limit of its own: a caller that runs wild takes no points from the others. */
const tooMany = async (context: Context, { id, trigger }: WorkflowRow): Promise<PageAnswer | undefined> => {
  const { minute, left } = minuteOf(context.clock.now());
  const most = trigger.mostPerMinute ?? usualPerMinute;
  if (await takeShare(context, { tenant: context.actor.tenant, name: `${minute}#${id}`, most })) return undefined;
  const message = `At most ${String(most)} calls in a minute; try again in ${String(left)} s.`;
  return {
    ...{ status: 429, contentType: 'application/json', headers: { 'retry-after': String(left) } },
    body: JSON.stringify({ code: 'RATE_LIMITED', message }),
  };
};

/** What tells a call from others: what the sender says (Standard Webhooks, idempotency keys), else itself. */
const callOf = ({ ids }: Context, { headers }: PageRequest): string => {
  const said = headers['webhook-id'] ?? headers['idempotency-key'];
  return said === undefined
    ? ids.next('call')
    : `call_${createHash('sha256').update(said).digest('base64url').slice(0, 32)}`;
};

const inputOf = ({ body, headers }: PageRequest): unknown => {
  if (Buffer.byteLength(body) > mostBytes) throw new DomainError('TOO_LARGE', 'At most 64 KB.');
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true)
    return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new DomainError('BAD_INPUT', 'This is no JSON.');
  }
};

/** Starts the run of a call. @throws TENANT_READ_ONLY where nothing may begin just now: the queue tries it again, then keeps it among what failed */
export const takeCall = async (runtime: Runtime, { tenant, workflow: id, call, input }: HookCall): Promise<void> => {
  const { context } = await openKeeper(runtime, tenant);
  const workflow = await context.trusted(Workflow).find(id);
  if (!workflow?.active) return;
  if (await runtime.isPaused(tenant)) throw new DomainError('TENANT_READ_ONLY', 'Nothing new begins here for now.');
  const record = await recordOf(context, workflow, input);
  if (workflow.of !== undefined && record === undefined) {
    runtime.log.warn('A call named no record that there is.', { workflow: id, call });
    return;
  }
  const chosen = await chosenFor(context, workflow, record);
  if (!chosen) return;
  const run = await startRun(runtime, tenant, chosen, {
    ...(record !== undefined && { record }),
    cause: 'WEBHOOK',
    causedBy: call,
    trigger: { input },
    chain: chainOf(context.correlationId),
  });
  if (run !== undefined) await advanceRun(runtime, { tenant, run });
};

/** The record that a call names, by its id or by a unique field. */
const recordOf = async (
  context: Context,
  { of: name, trigger }: WorkflowRow,
  input: unknown,
): Promise<string | undefined> => {
  const of = name === undefined ? undefined : context.registry.entities.get(name);
  const value =
    trigger.record === undefined ? undefined : valueAt({ input }, `input.${trigger.record.replace(/^input\./, '')}`);
  if (!of || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  const found =
    trigger.by === undefined
      ? await context.trusted(of).find(String(value))
      : await byUnique(context, of, trigger.by, String(value));
  return found?.id;
};

const byUnique = (context: Context, of: AnyEntity, by: string, value: string) => {
  const [field = '', system] = by.split(':');
  return context.trusted(of).findUnique(field, system === undefined ? value : externalKey({ system, id: value }));
};
