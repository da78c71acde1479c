import {
  DomainError,
  given,
  longText,
  mutation,
  optional,
  query,
  record,
  ref,
  text,
  url,
  versionInput,
  type Context,
} from '#kernel';
import { linkTo } from '#kernel/run-page';
import { seal, unseal } from '#modules/platform/keys';
import { describedNews } from './call-news.rules.ts';
import { PhoneLine, PhoneLineSecret, type LineSecret } from './phone-line.entity.ts';

/** The secrets of a line by their names. */
export type LineSecrets = Readonly<Partial<Record<LineSecret, string>>>;

/** The purpose of links at which exchanges tell of calls: `/hooks/t/<token>`. */
export const hookPurpose = 'hook-t';

const idOf = (line: string): string => line.replace(PhoneLine.idPrefix, PhoneLineSecret.idPrefix);
const sealedFor = (line: string): string => `phone-line/${line}`;

/** What is secret of a line; nothing where nothing was set. */
export const secretsOf = async (context: Context, line: string): Promise<LineSecrets> => {
  const kept = await context.trusted(PhoneLineSecret).find(idOf(line));
  return kept ? (JSON.parse(await unseal(context, sealedFor(line), kept.sealed)) as LineSecrets) : {};
};

const secret = (describes: string) => optional(text({ min: 16, max: 200, describes }));

export const setPhoneLineSecrets = mutation('setPhoneLineSecrets', {
  describes: 'Sets secrets of a line; those that are not given stay. They are kept sealed and never shown.',
  needs: 'phoneLine.configure',
  input: {
    id: ref('PhoneLine', { describes: 'Whose.' }),
    version: versionInput,
    signing: secret(
      'With what the exchange signs what it tells: `x-timestamp: <seconds since 1970>`, at most 5 minutes from now, and `x-signature-256: sha256=<HMAC-SHA256 of "<timestamp>.<body>" in hex>`.',
    ),
    access: secret('With what we ask the exchange to dial and for recordings: `Authorization: Bearer`.'),
  },
  returns: { phoneLine: record(PhoneLine, 'The line.') },
  run: async ({ id, signing, access }, context) => {
    const line = await context.data(PhoneLine).get(id);
    const all: LineSecrets = { ...(await secretsOf(context, id)), ...given({ SIGNING: signing, ACCESS: access }) };
    const sealed = await seal(context, sealedFor(id), JSON.stringify(all));
    const rows = context.trusted(PhoneLineSecret);
    const kept = await rows.find(idOf(id));
    if (kept) rows.update(kept, { sealed });
    else rows.create({ line: id, sealed }, { id: idOf(id) });
    const secrets = Object.keys(all) as LineSecret[];
    return { phoneLine: context.data(PhoneLine).update(line, { secrets }, { event: 'phoneLine.secured' }) };
  },
});

/** An address that is set up once in an exchange stays. */
const forGood = '2100-01-01T00:00:00.000Z';

export const phoneLineHook = query('phoneLineHook', {
  describes:
    'Where the exchange of a line tells of its calls: a POST of `{event, call, number, called, extensions, choice, at, ...}` in JSON, signed with the secret of the line.',
  needs: 'phoneLine.configure',
  input: { id: ref('PhoneLine', { describes: 'Which line.' }) },
  returns: {
    url: url({ describes: 'The address.' }),
    fields: longText({ describes: 'The fields that it takes, a line each.' }),
  },
  run: async ({ id }, context) => {
    const line = await context.data(PhoneLine).get(id);
    if (!line.secrets.includes('SIGNING'))
      throw new DomainError('BAD_INPUT', 'Set the secret with which the exchange signs first.', ['id']);
    const link = await linkTo(context, { purpose: hookPurpose, record: id, until: forGood });
    return { url: link.replace(`/p/${hookPurpose}/`, '/hooks/t/'), fields: describedNews };
  },
});
