import { DomainError, type Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { rememberFor } from '#kernel/remember';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';

/** Under what the rules of a tenant are remembered for a minute: every event asks for them. */
export const rulesIn = (tenant: string): string => `alert rules ${tenant}`;

/** What a tenant may make: every event is held against all of them. */
const mostRules = 200;
/** What is heard: rules that were archived come back past the limit. */
const mostHeard = 500;

const rulesOf = async ({ trusted }: Context, most: number): Promise<readonly AlertRuleRow[]> =>
  (await readOn((page) => trusted(AlertRule).page('byName', page), most)).rows;

/** Whether the tenant may make one more, so that none is ever passed over in silence. @throws LIMIT_REACHED */
export const assertRoom = async (context: Context): Promise<void> => {
  if ((await rulesOf(context, mostRules)).length < mostRules) return;
  throw new DomainError('LIMIT_REACHED', `A tenant has at most ${String(mostRules)} rules of alerts; archive one.`);
};

/** Whether a rule raises alerts. */
export const isOn = ({ active, archivedAt }: AlertRuleRow): boolean => active && archivedAt === undefined;

/** The active rules of the tenant. */
export const activeRules = (context: Context): Promise<readonly AlertRuleRow[]> =>
  rememberFor(context, rulesIn(context.actor.tenant), async () => (await rulesOf(context, mostHeard)).filter(isOn));
