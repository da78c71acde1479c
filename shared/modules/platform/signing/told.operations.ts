import { DomainError, type Context } from '#kernel';
import { queueMail } from '#modules/platform/mail-out';
import { User, type UserRow } from '#modules/platform/users';
import type { SignatureRow } from './signature.entity.ts';

/** Tells somebody by mail. Who is written to no more is passed over: what is told of has happened all the same. */
export const tellByMail = async (context: Context, mail: Parameters<typeof queueMail>[1]): Promise<void> => {
  try {
    await queueMail(context, mail);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'SUPPRESSED') throw error;
  }
};

/** Who asked for a signature. */
export const askerOf = async ({ trusted }: Context, { owner }: SignatureRow): Promise<UserRow | undefined> =>
  owner === undefined ? undefined : trusted(User).find(owner);
