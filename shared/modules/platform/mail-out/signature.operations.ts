import { forbidden, longText, mutation, optional, signedIn, type Context } from '#kernel';
import { User } from '#modules/platform/users';
import { Signing } from './extensions.rules.ts';

/** The lines below which somebody signs. */
export const signatureOf = async ({ trusted }: Context, user: string | undefined): Promise<string | undefined> =>
  user === undefined ? undefined : (await trusted(Signing).find(user))?.mailSignature;

export const setMailSignature = mutation('setMailSignature', {
  describes: 'Sets the lines below which one signs mails; absent takes them away. Everybody for themselves.',
  needs: signedIn,
  input: { signature: optional(longText({ max: 2000, describes: 'Plain text, line by line.' })) },
  returns: User,
  run: async ({ signature }, { actor, trusted }) => {
    if (actor.userId === undefined) throw forbidden('This key acts for nobody.');
    const own = await trusted(Signing).get(actor.userId);
    return trusted(Signing).update(own, { mailSignature: signature ?? null });
  },
});
