// Fields that reading the record is not enough for: whoever lacks a permission does not see them, whatever the roles are called.
import type { AccessRules, Registry } from '#kernel';

/** Fields (`WorkflowRun.decisions`) that are seen with a permission alone. */
export type GuardedFields = { readonly permission: string; readonly fields: readonly string[] };
/** The extension point for them. */
export const guardedFields = 'guarded-fields';

/** What modules guard. */
export const guardsIn = ({ contributions }: Pick<Registry, 'contributions'>): readonly GuardedFields[] =>
  contributions(guardedFields) as readonly GuardedFields[];

/** Whether a held permission (`quote.accept`, `quote.*`, `*`) includes another. */
export const includes = (held: string, wanted: string): boolean =>
  held === '*' || held === wanted || (held.endsWith('.*') && wanted.startsWith(held.slice(0, -1)));

/** Rules that hide what they hold no permission for. */
export const withGuards = (registry: Pick<Registry, 'contributions'>, rules: AccessRules): AccessRules => {
  const hidden = guardsIn(registry)
    .filter(({ permission }) => !rules.operations.some((held) => includes(held, permission)))
    .flatMap(({ fields }) => fields);
  return { ...rules, hiddenFields: [...new Set([...rules.hiddenFields, ...hidden])] };
};
