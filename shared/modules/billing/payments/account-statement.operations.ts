import {
  choice,
  date,
  DomainError,
  email,
  given,
  list,
  money,
  moneyOf,
  mutation,
  object,
  optional,
  query,
  record,
  ref,
  text,
  type Context,
  type Locale,
} from '#kernel';
import { CreditNote, Invoice } from '#modules/billing/invoices';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { File, storeFile } from '#modules/platform/files';
import { Mail, queueMail } from '#modules/platform/mail-out';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import { dayAfter, localeOf } from '#modules/platform/settings';
import { entriesPartition, entryKinds, type Entry } from './account-entries.projections.ts';
import { statementDocument, statementsOf, type StatementContent } from './account-statement.rules.ts';
import { Payment } from './payment.entity.ts';
import { WriteOff } from './write-off.entity.ts';
import { seesOf } from './account-reach.rules.ts';
import { ageingFields, ageingOf, inMoney } from './ageing.operations.ts';

/** Entries of one statement: what is more belongs into several. */
const mostEntries = 1000;

/** What a statement lists: who may not see all of it gets none. Each is its account's owner's. */
const listed = [Invoice, CreditNote, Payment, WriteOff];

const period = {
  account: ref('Account', { describes: 'Whose.' }),
  from: date({ describes: 'The first day.' }),
  to: optional(date({ describes: 'The last day; today when absent.' })),
};

const readEntries = async (
  { ports, actor }: Context,
  { account, from, to }: { readonly account: string; readonly from: string; readonly to: string },
): Promise<readonly Entry[]> => {
  const { items, next } = await ports.table.query({
    pk: `${actor.tenant}#${entriesPartition(account)}`,
    sort: { from, to: `${to}~` },
    limit: mostEntries,
  });
  if (next)
    throw new DomainError('TOO_MANY_ENTRIES', `More than ${String(mostEntries)} entries; choose a shorter period.`, [
      'from',
    ]);
  return items as unknown as readonly Entry[];
};

type Asked = { readonly account: string; readonly from: string; readonly to?: string };

/** The statement of an account whose documents and payments the actor may see. @throws TOO_MANY_ENTRIES, BAD_INPUT, FORBIDDEN */
const contentOf = async (
  context: Context,
  { account: id, from, to = context.clock.today() }: Asked,
): Promise<StatementContent & { readonly account: AccountRow }> => {
  if (to < from) throw new DomainError('BAD_INPUT', 'The period ends before it begins.', ['to']);
  const account = await context.data(Account).get(id);
  if (!listed.every((of) => seesOf(context.actor, account, of)))
    throw new DomainError('FORBIDDEN', 'What this account owes and paid is not for you to see.', ['account']);
  const [before, after, entries] = await Promise.all([
    ageingOf(context, id, dayAfter(from, -1)),
    ageingOf(context, id, to),
    readEntries(context, { account: id, from, to }),
  ]);
  const openings = new Map(before.ageing.map(({ currency, total, unapplied }) => [currency, total - unapplied]));
  const { street, city } = account.addresses?.[0] ?? {};
  return {
    account,
    name: account.legalName ?? account.name,
    lines: [account.taxId ?? '', [street, city].filter(Boolean).join(', ')].filter((line) => line !== ''),
    ...{ from, to, statements: statementsOf(openings, entries), ageing: after.ageing },
  };
};

const amount = (describes: string) => money({ describes });

export const accountStatement = query('accountStatement', {
  describes:
    'What an account was invoiced, credited and paid between two days, with the balance after each, and how old what it owes is.',
  needs: 'payment.read',
  input: period,
  returns: {
    statements: list(
      object('AccountStatement', {
        opening: amount('What was owed before the first day, less credit.'),
        entries: list(
          object('AccountEntry', {
            on: date({ describes: 'The day.' }),
            kind: choice(entryKinds, { named: 'AccountEntryKind', describes: 'What happened.' }),
            number: text({ describes: 'The number of the document.' }),
            dueOn: optional(date({ describes: 'When an invoice is to be paid.' })),
            amount: amount('What is owed more by it; less where negative.'),
            balance: amount('What is owed after it.'),
          }),
          { max: mostEntries, describes: 'What happened, day by day.' },
        ),
        closing: amount('What is owed at the end of the last day, less credit.'),
      }),
      { max: 50, describes: 'By currency.' },
    ),
    ageing: list(ageingFields, { max: 50, describes: 'How old what is owed is at the end of the last day.' }),
  },
  fails: ['TOO_MANY_ENTRIES'],
  run: async (asked, context) => {
    const { statements, ageing } = await contentOf(context, asked);
    return {
      statements: statements.map(({ currency, opening, closing, entries }) => ({
        opening: moneyOf(opening, currency),
        closing: moneyOf(closing, currency),
        entries: entries.map((entry) => ({
          ...given({ on: entry.on, kind: entry.kind, number: entry.number, dueOn: entry.dueOn }),
          amount: moneyOf(entry.amount, currency),
          balance: moneyOf(entry.balance, currency),
        })),
      })),
      ageing: ageing.map(inMoney),
    };
  },
});

export const sendAccountStatement = mutation('sendAccountStatement', {
  describes: 'Sends an account its statement as a PDF by mail: to the address given, else to that of the account.',
  needs: 'payment.send',
  input: {
    ...period,
    to: period.to,
    address: optional(email({ describes: 'Where to; the main contact’s address, else the account’s, when absent.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'Its language; the account’s when absent.' })),
  },
  returns: { file: record(File, 'The document.'), mail: record(Mail, 'The mail that it goes out with.') },
  fails: ['TOO_MANY_ENTRIES', 'NO_EMAIL', 'SUPPRESSED'],
  run: async ({ address, locale: asked, ...of }, context) => {
    const content = await contentOf(context, of);
    const { account, from, to } = content;
    const receiver = address ?? account.mainContactEmail ?? account.email;
    if (receiver === undefined)
      throw new DomainError('NO_EMAIL', `${account.name} has no e-mail address.`, ['address']);
    const locale = asked ?? localeOf(account.locale, context.actor.locale);
    const body = await renderStatement(content, locale, context);
    const name = `${locale === 'es' ? 'estado-de-cuenta' : 'statement'}-${to}.pdf`;
    const file = await storeFile(context, { name, contentType: 'application/pdf', body, record: account.id });
    const mail = await queueMail(context, {
      ...{ to: [receiver], template: 'account-statement', locale, record: account.id, attachments: [file.id] },
      data: { name: account.mainContactName ?? account.name, from, to },
      ...given({ owner: account.ownerId }),
    });
    return { file, mail };
  },
});

const renderStatement = async (content: StatementContent, locale: Locale, context: Context): Promise<Uint8Array> => {
  const { actor, clock } = context;
  const model = statementDocument(content, { locale, madeAt: clock.instant() });
  const writing = { locale, country: actor.country, timeZone: actor.timeZone };
  return renderDocument(model, await letterheadOf(context), writing);
};
