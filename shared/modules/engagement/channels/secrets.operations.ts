import { DomainError, longText, mutation, optional, record, ref, text, versionInput, type Context } from '#kernel';
import { seal, unseal } from '#modules/platform/keys';
import { ChannelAccount, ChannelSecret, type SecretName } from './channel-account.entity.ts';

/** The secrets of an account by their names. */
export type ChannelSecrets = Readonly<Partial<Record<SecretName, string>>>;

const purpose = 'channel';
const idOf = (account: string): string => account.replace(ChannelAccount.idPrefix, ChannelSecret.idPrefix);

/** What is secret of an account; nothing where nothing was set. */
export const secretsOf = async (context: Context, account: string): Promise<ChannelSecrets> => {
  const kept = await context.trusted(ChannelSecret).find(idOf(account));
  if (!kept) return {};
  return JSON.parse(await unseal(context, `${purpose}/${account}`, kept.sealed)) as ChannelSecrets;
};

const secret = (describes: string) => optional(longText({ max: 4000, describes }));

export const setChannelSecrets = mutation('setChannelSecrets', {
  describes: 'Sets secrets of a channel account; those that are not given stay. They are kept sealed and never shown.',
  needs: 'channelAccount.configure',
  input: {
    id: ref('ChannelAccount', { describes: 'Whose.' }),
    version: versionInput,
    signing: secret(
      'With what the provider signs what it hands in: the app secret of Meta, the secret token of Telegram.',
    ),
    access: secret('With what we send at the provider: the access token of Meta, the token of the bot.'),
    verify: optional(
      text({
        max: 200,
        describes:
          'The word that Meta asks for once, when its webhook is set up; or the ARN of the SNS topic that may hand in.',
      }),
    ),
  },
  returns: { channelAccount: record(ChannelAccount, 'The account, without what is secret.') },
  run: async ({ id, signing, access, verify }, context) => {
    const account = await context.data(ChannelAccount).get(id);
    const given: ChannelSecrets = {
      ...(signing !== undefined && { SIGNING: signing }),
      ...(access !== undefined && { ACCESS: access }),
      ...(verify !== undefined && { VERIFY: verify }),
    };
    if (Object.values(given).some((value) => value.trim().length < 8))
      throw new DomainError('SECRET_TOO_SHORT', 'A secret has at least 8 signs.', ['signing']);
    const all = { ...(await secretsOf(context, id)), ...given };
    await keep(context, id, all);
    const secrets = Object.keys(all) as SecretName[];
    const changed = context.data(ChannelAccount).update(account, { secrets }, { event: 'channelAccount.secured' });
    return { channelAccount: changed };
  },
  fails: ['SECRET_TOO_SHORT'],
});

const keep = async (context: Context, account: string, all: ChannelSecrets): Promise<void> => {
  const sealed = await seal(context, `${purpose}/${account}`, JSON.stringify(all));
  const rows = context.trusted(ChannelSecret);
  const kept = await rows.find(idOf(account));
  if (kept) rows.update(kept, { sealed });
  else rows.create({ account, sealed }, { id: idOf(account) });
};
