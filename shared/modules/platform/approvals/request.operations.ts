import {
  creation,
  DomainError,
  list,
  mayTouch,
  mutation,
  optional,
  query,
  records,
  ref,
  versionInput,
  type Context,
  type Money,
} from '#kernel';
import { User, type Post } from '#modules/platform/users';
import { ApprovalPolicy, type PolicyRow } from './approval-policy.entity.ts';
import { Approval, type ApprovalRow } from './approval.entity.ts';
import { policyFor, replaced, waitingIn } from './approval.rules.ts';
import { askedNow, placeOf, stepOf, stepsOf } from './approvers.operations.ts';

/** A question, as other modules put it. Without approvers the policies of the kind name them. */
export type ApprovalOrder = {
  readonly about: string;
  readonly kind: string;
  readonly subject: string;
  readonly amount?: Money;
  readonly reason?: string;
  readonly askedBy?: string;
  readonly approvers?: readonly string[];
};

/** The policy that asks for an approval of this kind and amount; nothing where none is needed. */
export const policyOf = async (context: Context, kind: string, amount?: Money): Promise<PolicyRow | undefined> => {
  const { rows } = await context.trusted(ApprovalPolicy).page('byKind', { of: kind, first: 100 });
  return policyFor(rows, amount);
};

/** Asks those who must agree; they get mail once it is written. @throws NO_APPROVAL_POLICY, NO_APPROVER, NOT_UNIQUE */
export const askApproval = async (context: Context, order: ApprovalOrder): Promise<ApprovalRow> => {
  const { approvers, ...values } = order;
  const askedBy = order.askedBy ?? context.actor.userId;
  const policy = approvers === undefined ? await policyOf(context, order.kind, order.amount) : undefined;
  if (approvers === undefined && !policy)
    throw new DomainError('NO_APPROVAL_POLICY', `No policy says who decides about ${order.kind}.`, ['kind']);
  const steps = policy
    ? await stepsOf(context, policy.steps, askedBy)
    : [await stepOf(context, approvers ?? [], askedBy)];
  const until = policy?.days === undefined ? undefined : inDays(context, policy.days);
  return context.trusted(Approval).create(
    {
      ...values,
      ...(askedBy !== undefined && { askedBy }),
      ...(policy && { policy: policy.id }),
      ...(until !== undefined && { until }),
      steps,
      round: 0,
      waitingFor: await askedNow(context, { steps, round: 0 }),
      asked: `${order.about}/${order.kind}`,
    },
    { event: 'approval.requested' },
  );
};

const inDays = ({ clock }: Context, days: number): string =>
  new Date(clock.now().getTime() + days * 86_400_000).toISOString();

export const requestApproval = creation(Approval, 'requestApproval', {
  describes:
    'Asks those who must agree about a record: those that the policy of the kind names, or the approvers named here. They get mail with a link by which they can decide.',
  needs: 'approval.request',
  input: {
    approvers: optional(
      list(ref('User', { describes: 'Somebody.' }), {
        max: 20,
        describes: 'Who is asked, where no policy is to say so; one of them decides.',
      }),
    ),
  },
  returns: Approval,
  fails: ['NO_APPROVAL_POLICY', 'NO_APPROVER'],
  run: async ({ values, approvers }, context) => {
    const { about, kind, subject, amount, reason } = values;
    if (!(await context.records([about])).has(about))
      throw new DomainError('NOT_FOUND', `There is no record ${about}.`, ['about']);
    // People ask in their own name.
    const askedBy = context.actor.userId ?? values.askedBy;
    if (approvers !== undefined && (await policyOf(context, kind, amount)) !== undefined)
      throw new DomainError('BAD_INPUT', 'A policy says who decides about this.', ['approvers']);
    return askApproval(context, {
      about,
      kind,
      subject,
      ...(amount !== undefined && { amount }),
      ...(reason !== undefined && { reason }),
      ...(askedBy !== undefined && { askedBy }),
      ...(approvers !== undefined && { approvers }),
    });
  },
});

const own = {
  id: ref('Approval', { describes: 'Which one.' }),
  version: optional(versionInput),
};

export const withdrawApproval = mutation('withdrawApproval', {
  describes: 'Takes a question back. Only who asked can, or who may change every approval.',
  needs: 'approval.request',
  input: own,
  returns: Approval,
  fails: ['ALREADY_DECIDED', 'NOT_YOURS'],
  run: async ({ id }, context) => {
    const approval = await context.data(Approval).get(id);
    assertPending(approval);
    if (!mayTouch(context.actor, Approval, approval, 'update') || !isOwn(context, approval))
      throw new DomainError('NOT_YOURS', 'Only who asked can take the question back.', ['id']);
    return context.trusted(Approval).move(approval, 'WITHDRAWN', { waitingFor: [], asked: null });
  },
});

const isOwn = ({ actor }: Context, { askedBy }: ApprovalRow): boolean =>
  askedBy === actor.userId ||
  actor.rules.entities['Approval']?.update === 'all' ||
  actor.rules.entities['*']?.update === 'all';

const assertPending = ({ status }: ApprovalRow): void => {
  if (status !== 'PENDING')
    throw new DomainError('ALREADY_DECIDED', `This is ${status.toLowerCase()} already.`, ['id']);
};

export const delegateApproval = mutation('delegateApproval', {
  describes: 'Hands the decision that one is asked for to a colleague.',
  needs: 'approval.decide',
  input: { ...own, to: ref('User', { describes: 'Who decides instead.' }) },
  returns: Approval,
  fails: ['ALREADY_DECIDED', 'NOT_AN_APPROVER', 'NO_APPROVER'],
  run: async ({ id, to }, context) => {
    const approval = await context.trusted(Approval).get(id);
    assertPending(approval);
    const user = context.actor.userId;
    const place = user === undefined ? undefined : await placeOf(context, waitingIn(approval), user);
    if (place === undefined) throw new DomainError('NOT_AN_APPROVER', 'You are not asked to decide this now.', ['id']);
    const colleague = await context.trusted(User).get(to);
    if (
      colleague.status === 'DEACTIVATED' ||
      to === approval.askedBy ||
      approval.steps[approval.round]?.approvers.includes(to) === true
    )
      throw new DomainError('NO_APPROVER', 'This colleague cannot decide it instead.', ['to']);
    return handTo(context, approval, place, to);
  },
});

const handTo = async (context: Context, approval: ApprovalRow, from: string, to: string): Promise<ApprovalRow> => {
  const steps = replaced(approval, from, to);
  const changes = { steps, waitingFor: await askedNow(context, { steps, round: approval.round }) };
  return context.trusted(Approval).update(approval, changes, { event: 'approval.delegated' });
};

export const approvalsToDecide = query('approvalsToDecide', {
  describes: 'What waits for the decision of the caller; the oldest first.',
  needs: 'approval.decide',
  input: {},
  returns: { approvals: records(Approval, 'At most 100.') },
  run: async (_input, context) => ({ approvals: await waitingForCaller(context) }),
});

/** What the caller is to decide, oldest first; at most 100. */
export const waitingForCaller = async ({ trusted, actor }: Context): Promise<readonly ApprovalRow[]> => {
  if (actor.userId === undefined) return [];
  const { rows } = await trusted(Approval).page('byApprover', { of: actor.userId, first: 100 });
  return rows.filter(({ status, waitingFor }) => status === 'PENDING' && waitingFor.includes(actor.userId ?? ''));
};

/** What waits for somebody who hands over waits for the successor, unless that one has asked or is asked already. */
export const deciding: Post = {
  of: Approval,
  heldBy: async ({ trusted }, person) =>
    (await trusted(Approval).page('byApprover', { of: person, first: 100 })).rows.filter(
      (row) => row.status === 'PENDING' && waitingIn(row).includes(person),
    ),
  give: async (context, id, { from, to }) => {
    const approval = await context.trusted(Approval).get(id);
    const isTaken = to === approval.askedBy || approval.steps[approval.round]?.approvers.includes(to) === true;
    if (approval.status !== 'PENDING' || isTaken || !waitingIn(approval).includes(from)) return [];
    return [await handTo(context, approval, from, to)];
  },
};

/** For the panel of people: a value for the extension point `panel.sections`. */
export const approvalsSection = {
  name: 'approvals',
  describes: 'What waits for one’s decision.',
  load: (context: Context): Promise<readonly { readonly id: string }[]> => waitingForCaller(context),
};
