import type { Context } from '#kernel';
import { assignedBy } from './assignment.operations.ts';
import type { Correspondent } from './correspondent.operations.ts';
import { routesIn, sendersIn, type KnownSender, type MailRoute, type MailToRoute } from './extension-points.rules.ts';
import type { MailAddressRow } from './mail-address.entity.ts';
import type { MailRule } from './routing-rule.entity.ts';
import { ruleMisses } from './routing.rules.ts';
import type { Trace } from './trace.rules.ts';

/** What is known of earlier tries to open something: the rules that could not do it, and the one at work. */
export type Attempts = { readonly refused: ReadonlyMap<number, string>; rule?: number };

/** What a mail opened. */
export type Opened = { readonly record: string; readonly route: MailRoute; readonly known: KnownSender };

/**
 * Opens what the first rule that fits says. A rule that cannot throws, now or when the unit is written: nothing of it may be kept,
 * and the next rule is asked in another unit.
 */
export const openByRules = async (
  context: Context,
  address: MailAddressRow,
  { other, known }: Pick<Correspondent, 'other' | 'known'>,
  mail: MailToRoute,
  attempts: Attempts,
  trace: Trace,
): Promise<Opened | undefined> => {
  const isKnown = known.contact !== undefined || known.account !== undefined;
  const routed = { sender: other.address, isKnown, subject: mail.subject, text: mail.text };
  for (const [index, rule] of address.rules.entries()) {
    const misses = attempts.refused.get(index) ?? ruleMisses(rule, routed);
    const route = routesIn(context.registry).find(({ key }) => key === rule.route);
    trace.note('RULE', rule.name, misses === undefined, misses ?? `It says ${rule.route}.`);
    if (misses === undefined && route) {
      attempts.rule = index;
      return openByRule({ context, address, rule, route, other, known, trace }, mail);
    }
  }
  return undefined;
};

type Work = Pick<Correspondent, 'other' | 'known'> & {
  readonly context: Context;
  readonly address: MailAddressRow;
  readonly rule: MailRule;
  readonly route: MailRoute;
  readonly trace: Trace;
};

const openByRule = async (work: Work, mail: MailToRoute): Promise<Opened> => {
  const { context, address, rule, route, trace } = work;
  const known = rule.addsSender ? await addedSender(work) : work.known;
  const holder = await assignedBy(context, address, rule, known);
  const who = [holder.owner, holder.team].filter((id) => id !== undefined).join(' in ');
  trace.note('ASSIGNMENT', rule.assign, who !== '', who === '' ? 'The record itself says who has it.' : who);
  const { contact, account } = known;
  const from = { ...(contact !== undefined && { contact }), ...(account !== undefined && { account }) };
  const { name, recordKind, assign } = rule;
  const kind = recordKind === undefined ? {} : { recordKind };
  const { id } = await route.open(context, { ...mail, ...from }, { name, assign, ...kind, ...holder });
  trace.note('ROUTE', route.key, true, `It opened ${id}.`);
  return { record: id, route, known };
};

const addedSender = async ({ context, other, known, trace }: Work): Promise<KnownSender> => {
  if (known.contact !== undefined || known.account !== undefined || other.address === '') return known;
  const adding = sendersIn(context.registry).find(({ add }) => add !== undefined);
  if (!adding?.add) return known;
  const name = other.name === '' ? {} : { name: other.name };
  const added = await adding.add(context, { address: other.address, ...name });
  trace.note('SENDER', other.address, true, `Made ${[added.contact, added.account].join(' of ')}.`);
  return added;
};
