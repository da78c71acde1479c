import { DomainError, mutation, optional, ref, versionInput, type Context } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { isAbsent, User } from '#modules/platform/users';
import { AssignmentRule, type AssignmentRuleRow } from './assignment-rule.entity.ts';
import { isMeantFor, type Routed } from './assignment.rules.ts';
import { Lead, type LeadRow } from './lead.entity.ts';
import { isOpenLead } from './lead.rules.ts';
import { leadTotals, openPartition } from './lead.projections.ts';

/** Whose a lead is by a rule. */
export type Assigned = Pick<LeadRow, 'owner' | 'team' | 'assignment'>;

/** Whose a lead is by the first rule that is meant for it and finds somebody; undefined when none does. */
export const assigned = async (context: Context, lead: Routed): Promise<Assigned | undefined> => {
  const { rows } = await context.trusted(AssignmentRule).page('all', { first: 100 });
  for (const rule of rows) {
    if (!rule.isActive || !isMeantFor(rule, lead)) continue;
    const owner = await chosenBy(context, rule, lead);
    if (owner === undefined && rule.how !== 'TEAM') continue;
    return {
      ...(owner !== undefined && { owner }),
      ...(rule.team !== undefined && { team: rule.team }),
      assignment: { rule: rule.id, how: rule.how, at: context.clock.instant() },
    };
  }
  return undefined;
};

const chosenBy = async (context: Context, rule: AssignmentRuleRow, lead: Routed): Promise<string | undefined> => {
  if (rule.how === 'TEAM') return undefined;
  const having = rule.territories.filter(({ zone }) => zone === lead.zone || zone === lead.ownZone);
  const people = await available(context, rule.how === 'BY_ZONE' ? having.map(({ user }) => user) : rule.users);
  if (rule.how === 'BY_ZONE' || people.length < 2) return people[0];
  return inTurn(context, rule, rule.how === 'LOAD' ? await leastLoaded(context, people) : people);
};

/** Those who work today. */
const available = async ({ trusted, clock }: Context, ids: readonly string[]): Promise<readonly string[]> => {
  const users = await trusted(User).getMany(ids);
  const today = clock.today();
  return ids.filter((id) => {
    const user = users.get(id);
    return user?.status === 'ACTIVE' && !isAbsent(user, today);
  });
};

/** The number is taken in the write of the lead: nobody is passed over, and nobody has two turns for one. */
const inTurn = async (context: Context, rule: AssignmentRuleRow, people: readonly string[]) => {
  const number = await context.nextNumber(`leads:${rule.id}`);
  return people[(number - 1) % people.length];
};

/** Those with the fewest open leads. Totals lag a moment behind: of equals, everybody has a turn. */
const leastLoaded = async ({ ports, actor }: Context, people: readonly string[]): Promise<readonly string[]> => {
  const cells = await readRollup(ports.table, actor.tenant, leadTotals.name, openPartition);
  const loadOf = (id: string): number => cells.get(id)?.['count'] ?? 0;
  const least = Math.min(...people.map(loadOf));
  return people.filter((id) => loadOf(id) === least);
};

export const assignLead = mutation('assignLead', {
  describes: 'Gives a lead to whomever the rules of assignment choose now.',
  needs: 'lead.reassign',
  input: { id: ref('Lead', { describes: 'Which lead.' }), version: optional(versionInput) },
  returns: Lead,
  fails: ['NO_RULE_FITS', 'LEAD_CLOSED'],
  run: async ({ id }, context) => {
    const lead = await context.data(Lead).get(id);
    if (!isOpenLead(lead)) throw new DomainError('LEAD_CLOSED', `This lead is ${lead.status}.`, ['id']);
    const found = await assigned(context, lead);
    if (!found) throw new DomainError('NO_RULE_FITS', 'No rule of assignment finds anybody for this lead.', ['id']);
    return context.data(Lead).update(lead, { owner: null, team: null, ...found }, { event: 'lead.assigned' });
  },
});
