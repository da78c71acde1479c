import type { Problem } from '#kernel';
import type { MailRule } from './routing-rule.entity.ts';

/** What is wrong with rules, given the routes that exist. */
export const ruleProblems = (rules: readonly MailRule[], routes: readonly string[]): readonly Problem[] =>
  rules.flatMap((rule, index) => [
    ...(routes.includes(rule.route)
      ? []
      : [problemOf(index, 'route', `There is no route ${rule.route}; there are ${[...routes].sort().join(', ')}.`)]),
    ...(rule.assign === 'ROUND_ROBIN' && rule.users.length === 0
      ? [problemOf(index, 'users', 'Name the people who take turns.')]
      : []),
    ...(rule.assign === 'OWNER' && rule.owner === undefined && rule.team === undefined
      ? [problemOf(index, 'owner', 'Name a person or a team.')]
      : []),
  ]);

const problemOf = (index: number, field: string, message: string): Problem => ({
  code: 'RULE_INVALID',
  message,
  path: ['rules', index, field],
});
