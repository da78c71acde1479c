import { decimal, extended, mutation, optional, recordInput, text, type Context, type Money } from '#kernel';
import { accountantsOf } from '#modules/billing/requests';
import { notify, type NotificationKind, type Words } from '#modules/platform/notifications';
import { Tenant } from '#modules/platform/settings';
import { BillingAlarm, type BillingAlarmRow } from './billing-alarm.entity.ts';

/** What the tenant settles for alarms; added to the tenant. */
export const alarmSettings = {
  unusualAmountFactor: optional(
    decimal({
      min: '1',
      max: '1000',
      describes:
        'An invoice of more than so many times what the customer usually buys, or less than that part of it, is unusual; 3 when absent.',
    }),
  ),
};

/** The tenant with what it has settled for alarms. */
export const AlarmedTenant = extended(Tenant, alarmSettings);

/** What people are told of. */
export const alarmNotifications: readonly NotificationKind[] = [
  {
    key: 'billing.late',
    label: { es: 'Pendiente por facturar con retraso', en: 'Late to be invoiced' },
    usual: 'MAIL',
  },
  {
    key: 'billing.overCredit',
    label: { es: 'Clientes sobre su cupo', en: 'Customers over their credit' },
    usual: 'MAIL',
  },
  {
    key: 'billing.unusual',
    label: { es: 'Facturas de monto inusual', en: 'Invoices of unusual amounts' },
    usual: 'IN_APP',
  },
];

const told: Readonly<Record<BillingAlarmRow['kind'], { readonly kind: string; words(name: string): Words }>> = {
  LATE_TO_INVOICE: {
    kind: 'billing.late',
    words: (name) => ({ es: `Sin facturar a tiempo: ${name}`, en: `Not invoiced in time: ${name}` }),
  },
  OVER_CREDIT: {
    kind: 'billing.overCredit',
    words: (name) => ({ es: `Sobre su cupo de crédito: ${name}`, en: `Over its credit limit: ${name}` }),
  },
  UNUSUAL_AMOUNT: {
    kind: 'billing.unusual',
    words: (name) => ({ es: `Factura de monto inusual: ${name}`, en: `Invoice of an unusual amount: ${name}` }),
  },
};

/** What is to be looked at. */
export type Alarm = {
  readonly kind: BillingAlarmRow['kind'];
  readonly account: { readonly id: string; readonly name: string; readonly ownerId?: string };
  readonly about: string;
  readonly amount: Money;
  readonly usual?: Money;
  /** What is told once: the customer, or the record itself. */
  readonly once: string;
};

/** Raises an alarm and tells the owner of the customer and the accountants; where it is open already it only counts on. */
export const raise = async (context: Context, alarm: Alarm): Promise<void> => {
  const { kind, account, about, amount, usual, once } = alarm;
  const place = `${kind}/${once}`;
  const open = await context.trusted(BillingAlarm).findUnique('place', place);
  if (open) {
    context.trusted(BillingAlarm).update(open, { count: open.count + 1, amount }, { aside: true });
    return;
  }
  const raisedAt = context.clock.instant();
  const values = { kind, account: account.id, about, amount, count: 1, place, raisedAt, ...(usual && { usual }) };
  const raised = context.trusted(BillingAlarm).create(values, { event: 'billingAlarm.raised' });
  await notify(context, {
    to: [...(account.ownerId === undefined ? [] : [account.ownerId]), ...(await accountantsOf(context))],
    kind: told[kind].kind,
    title: told[kind].words(account.name),
    about: raised.id,
  });
};

/** Ends an alarm whose reason is gone. */
export const end = async ({ trusted, clock }: Context, kind: BillingAlarmRow['kind'], once: string): Promise<void> => {
  const open = await trusted(BillingAlarm).findUnique('place', `${kind}/${once}`);
  if (open) trusted(BillingAlarm).move(open, 'OVER', { closedAt: clock.instant(), place: null });
};

export const acknowledgeBillingAlarm = mutation('acknowledgeBillingAlarm', {
  describes: 'Notes that somebody has looked at an alarm. What comes of the same kind afterwards is told again.',
  needs: 'billingAlarm.acknowledge',
  input: {
    ...recordInput('BillingAlarm'),
    note: optional(text({ max: 500, describes: 'What came of it.' })),
  },
  returns: BillingAlarm,
  run: async ({ id, note }, { data, clock, actor }) =>
    data(BillingAlarm).move(await data(BillingAlarm).get(id), 'ACKNOWLEDGED', {
      closedAt: clock.instant(),
      closedBy: actor.id,
      place: null,
      ...(note !== undefined && { note }),
    }),
});
