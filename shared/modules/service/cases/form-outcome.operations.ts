import { DomainError, given, type Context, type Problem } from '#kernel';
import { createAccount } from '#modules/parties/accounts';
import {
  contactOfSender,
  knownSender,
  personIn,
  type FormOutcome,
  type Made,
  type SentForm,
} from '#modules/marketing/forms';
import { activeTypeWith } from './case-type.operations.ts';
import { createCase } from './case.operations.ts';

/** The account whose case it is: the one that is known, or a new one of whoever sent it. */
const senderOf = async (
  context: Context,
  sent: SentForm,
): Promise<Omit<Made, 'made'> & { readonly account: string }> => {
  const known = await knownSender(context, sent);
  if (known?.account !== undefined) return { ...known, account: known.account };
  const { company } = personIn(sent.values);
  const { owner, team, source } = sent.form;
  const name = company ?? sent.submission.name;
  const type = company === undefined ? 'PERSON' : 'COMPANY';
  const { id: account } = await context.run(createAccount, {
    values: given({ name, type, owner, team, source } as const),
  });
  if (known?.contact !== undefined) return { ...known, account };
  return { ...(await contactOfSender(context, sent, account)), account };
};

const noType: Problem = {
  code: 'BAD_INPUT',
  message: 'Name the key of a type of case.',
  path: ['recordKind'],
};

/** Cases of what people ask and report with forms. */
export const caseOfForm: FormOutcome = {
  key: 'CASE',
  describes: 'A case of the type in `recordKind`, of the account that is known or of a new one.',
  fills: ['name', 'firstName', 'lastName', 'company', 'jobTitle', 'email', 'phone', 'message', 'subject'],
  problems: async ({ recordKind }, context) => ((await activeTypeWith(context, recordKind)) ? [] : [noType]),
  make: async (context, sent) => {
    const { form, submission, values } = sent;
    const type = await activeTypeWith(context, form.recordKind);
    if (!type) throw new DomainError(noType.code, noType.message, noType.path);
    const sender = await senderOf(context, sent);
    const subject = typeof values['subject'] === 'string' ? values['subject'] : form.title[submission.locale];
    const { message: description } = personIn(values);
    const { account, contact } = sender;
    const { owner, team, tags } = form;
    const draft = given({ subject, account, contact, description, owner, team, tags });
    const row = await context.run(createCase, { values: { ...draft, type: type.id } });
    return given({ ...sender, made: row.id, owner: row.owner, team: row.team });
  },
};
