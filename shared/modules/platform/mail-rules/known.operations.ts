import type { Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { forget, rememberFor } from '#kernel/remember';
import { MailRule, type MailRuleRow } from './mail-rule.entity.ts';

/** Rules of a tenant that are followed. */
const mostRules = 1000;

const knownIn = (tenant: string): string => `mail rules ${tenant}`;

/** The rules of the tenant, at most a minute old: every event asks for them. */
export const knownRules = (context: Context): Promise<readonly MailRuleRow[]> =>
  rememberFor(context, knownIn(context.actor.tenant), async () => {
    const rules = context.trusted(MailRule);
    return (await readOn((page) => rules.page('all', page), mostRules)).rows;
  });

/** This container goes by a change at once, the others within a minute. */
export const renewRules = (context: Context): void => {
  forget(context, knownIn(context.actor.tenant));
};
