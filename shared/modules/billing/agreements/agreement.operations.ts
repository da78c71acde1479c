import {
  date,
  DomainError,
  given,
  money,
  mutation,
  optional,
  recordInput,
  ref,
  text,
  versionInput,
  type Context,
} from '#kernel';
import { creditDraftFails, creditFails, issueFails } from '#modules/billing/invoices';
import { Approval } from '#modules/platform/approvals';
import { openPeriod } from './accrue.operations.ts';
import { AgreementPeriod } from './agreement-period.entity.ts';
import { AgreementSettlement, type AgreementSettlementRow } from './agreement-settlement.entity.ts';
import { Agreement } from './agreement.entity.ts';
import { closeNow } from './close-period.operations.ts';
import { periodAt } from './period.rules.ts';
import {
  approvalKind,
  approveSettlement,
  finish,
  rejectSettlement,
  settleFails,
  settlePeriod,
} from './settle.operations.ts';

const which = recordInput('Agreement');

export const activateAgreement = mutation('activateAgreement', {
  describes:
    'Lets an agreement count, from its first day on: documents that the customer had before are counted too. Its terms do not change any more.',
  needs: 'agreement.activate',
  input: which,
  returns: Agreement,
  run: async ({ id }, context) => {
    const draft = await context.data(Agreement).get(id);
    const day = [draft.startsOn, context.clock.today()].toSorted().at(-1) ?? draft.startsOn;
    const active = context.data(Agreement).move(draft, 'ACTIVE');
    const span = periodAt(draft, day < draft.endsOn ? day : draft.endsOn);
    if (span) await openPeriod(context, active, span);
    return active;
  },
});

export const suspendAgreement = mutation('suspendAgreement', {
  describes: 'Holds an agreement: it counts on, but nothing is settled.',
  needs: 'agreement.suspend',
  input: which,
  returns: Agreement,
  run: async ({ id }, { data }) => data(Agreement).move(await data(Agreement).get(id), 'SUSPENDED'),
});

export const resumeAgreement = mutation('resumeAgreement', {
  describes: 'Lets an agreement be settled again.',
  needs: 'agreement.suspend',
  input: which,
  returns: Agreement,
  run: async ({ id }, { data }) => {
    const agreement = await data(Agreement).get(id);
    if (agreement.status !== 'SUSPENDED') throw new DomainError('INVALID_STATE', `It is ${agreement.status}.`, ['id']);
    return data(Agreement).move(agreement, 'ACTIVE');
  },
});

export const closeAgreement = mutation('closeAgreement', {
  describes: 'Ends an agreement before its last day: its open periods are closed, what was earned is settled.',
  needs: 'agreement.close',
  input: which,
  returns: Agreement,
  run: async ({ id }, context) => {
    const { data, trusted } = context;
    data(Agreement).move(await data(Agreement).get(id), 'CLOSED');
    const { rows } = await trusted(AgreementPeriod).page('byAgreement', { of: id, first: 100 });
    const periods = await trusted(AgreementPeriod).getMany(rows.map((row) => row.id));
    for (const period of periods.values()) if (period.status === 'OPEN') await closeNow(context, period);
    return data(Agreement).get(id);
  },
});

export const settleAgreementPeriod = mutation('settleAgreementPeriod', {
  describes:
    'Settles what a customer earned in a period so far, or part of it: credit notes are drafted and wait, with the settlement, for somebody to agree. What is settled is taken off what is due.',
  needs: 'agreement.settle',
  input: {
    id: ref('AgreementPeriod', { describes: 'Which period.' }),
    version: versionInput,
    amount: optional(money({ describes: 'How much, without taxes; all that is due when absent.' })),
  },
  returns: AgreementSettlement,
  fails: [...settleFails, ...creditDraftFails],
  run: async ({ id, amount }, context) => settlePeriod(context, await context.data(AgreementPeriod).get(id), amount),
});

const decided = 'Where approvers were asked, they decide.';
const settlement = recordInput('AgreementSettlement');

export const approveAgreementSettlement = mutation('approveAgreementSettlement', {
  describes: `Agrees to a settlement: its credit notes are issued, or the customer’s invoice or payment is awaited. ${decided}`,
  needs: 'agreement.approve',
  input: settlement,
  returns: AgreementSettlement,
  fails: ['APPROVAL_ASKED', ...issueFails, ...creditFails],
  run: async ({ id }, context) => {
    await decidable(context, id);
    return approveSettlement(context, id, context.actor.userId);
  },
});

export const rejectAgreementSettlement = mutation('rejectAgreementSettlement', {
  describes: `Refuses a settlement: its drafts are discarded, and what it was for is due again. ${decided}`,
  needs: 'agreement.reject',
  input: { ...settlement, reason: text({ min: 1, max: 1000, describes: 'Why.' }) },
  returns: AgreementSettlement,
  fails: ['APPROVAL_ASKED'],
  run: async ({ id, reason }, context) => {
    await decidable(context, id);
    return rejectSettlement(context, id, given({ reason, decidedBy: context.actor.userId }));
  },
});

/** @throws APPROVAL_ASKED, NOT_FOUND */
const decidable = async ({ data, trusted }: Context, id: string): Promise<AgreementSettlementRow> => {
  if (await trusted(Approval).findUnique('asked', `${id}/${approvalKind}`))
    throw new DomainError('APPROVAL_ASKED', 'Approvers were asked: they decide.', ['id']);
  return data(AgreementSettlement).get(id);
};

export const finishAgreementSettlement = mutation('finishAgreementSettlement', {
  describes: 'Notes that what was agreed to was given: the customer’s invoice came, or the money went.',
  needs: 'agreement.settle',
  input: {
    ...settlement,
    on: date({ describes: 'The day.' }),
    reference: optional(text({ max: 120, describes: 'The invoice of the customer, or the transfer.' })),
  },
  returns: AgreementSettlement,
  run: async ({ id, on, reference }, context) => {
    const row = await context.data(AgreementSettlement).get(id);
    if (row.status !== 'APPROVED') throw new DomainError('INVALID_STATE', `It is ${row.status}.`, ['id']);
    return finish(context, row, given({ settledOn: on, reference }));
  },
});
