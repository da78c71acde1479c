import { DomainError, given, type Context } from '#kernel';
import type { MailRoute } from '#modules/platform/mail-in';
import { CaseType, type CaseTypeRow } from './case-type.entity.ts';
import { Case } from './case.entity.ts';
import { createCase } from './case.operations.ts';

/** @throws TYPE_NOT_FOUND */
const typeFor = async ({ trusted }: Context, key: string): Promise<CaseTypeRow> => {
  const type = await trusted(CaseType).findUnique('key', key);
  if (type?.archivedAt === undefined && type) return type;
  throw new DomainError('TYPE_NOT_FOUND', `There is no type of case ${key}.`, ['recordKind']);
};

/** Mails that become cases. */
export const caseRoute: MailRoute = {
  key: 'CASE',
  describes: 'A case of the type that the rule names, GENERAL when it names none, of the account that wrote.',
  of: Case,
  open: async (context, mail, { recordKind = 'GENERAL', owner, team }) => {
    const { account, contact, subject, excerpt, from, text } = mail;
    if (account === undefined)
      throw new DomainError('NO_ACCOUNT', 'A case concerns an account, and nobody knows the sender.', ['account']);
    const type = await typeFor(context, recordKind);
    const about = {
      subject: (subject || excerpt || from).slice(0, 200),
      description: text.slice(0, 10_000).toWellFormed(),
    };
    return context.run(createCase, {
      values: { ...about, type: type.id, account, ...given({ contact, owner, team }) },
    });
  },
  byNumber: ({ trusted }, number) => trusted(Case).findByNaturalKey(number),
};
