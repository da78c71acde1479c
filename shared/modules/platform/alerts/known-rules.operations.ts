import type { Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { rememberFor } from '#kernel/remember';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';

/** Under what the rules of a tenant are remembered for a minute: every event asks for them. */
export const rulesIn = (tenant: string): string => `alert rules ${tenant}`;

const mostRules = 500;

/** Whether a rule raises alerts. */
export const isOn = ({ active, archivedAt }: AlertRuleRow): boolean => active && archivedAt === undefined;

/** The active rules of the tenant. */
export const activeRules = (context: Context): Promise<readonly AlertRuleRow[]> =>
  rememberFor(context, rulesIn(context.actor.tenant), async () => {
    const { rows } = await readOn((page) => context.trusted(AlertRule).page('byName', page), mostRules);
    return rows.filter(isOn);
  });
