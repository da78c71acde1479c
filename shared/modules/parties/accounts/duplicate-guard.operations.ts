import { boolean, optional, type AnyEntity, type Context } from '#kernel';

/** Refuses to make a record of somebody who is there already, under the extension point `duplicates.guard`. @throws DUPLICATE_FOUND */
export type DuplicateGuard = (
  context: Context,
  of: AnyEntity,
  values: Readonly<Record<string, unknown>>,
) => Promise<void>;

/** The extension point of those who can tell. */
export const duplicateGuard = 'duplicates.guard';

/** What a creation that can be guarded takes. */
export const guardInput = {
  unlessDuplicate: optional(
    boolean({ describes: 'Refuses with DUPLICATE_FOUND, and makes nothing, when somebody so alike is there already.' }),
  ),
};

/** The code of the refusal. */
export const guardFails = ['DUPLICATE_FOUND'] as const;

/** Asks those who can tell, when the caller wants that. */
export const refuseDuplicate: (
  asked: boolean | undefined,
  ...given: Parameters<DuplicateGuard>
) => Promise<void> = async (asked, ...given) => {
  if (asked !== true) return;
  const guards = given[0].registry.contributions(duplicateGuard) as readonly DuplicateGuard[];
  for (const guard of guards) await guard(...given);
};
