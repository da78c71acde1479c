import {
  boolean,
  choice,
  defaulted,
  derived,
  derivedOptional,
  email,
  entity,
  integer,
  list,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { mailRule } from './routing-rule.entity.ts';

/** An address at which mail comes in. */
export const MailAddress = entity('MailAddress', {
  idPrefix: 'madr',
  plural: 'mailAddresses',
  describes:
    'An address at which mail comes in, with the rules that say what it opens: activities, leads, opportunities, cases. Or the private address of a person, to which one forwards or blind-copies mail of one’s own mailbox.',
  fields: {
    name: text({ min: 1, max: 100, search: 'words', describes: 'What people call it: sales, help desk.' }),
    address: optional(
      email({
        unique: true,
        describes: 'The address that customers know; its mail server forwards what comes to `inbox`.',
      }),
    ),
    inbox: derived(
      email({ describes: 'Where mail must go to come in here. Nobody else can make such an address; keep it secret.' }),
    ),
    kind: derived(
      choice(['SHARED', 'PERSONAL'], {
        named: 'MailAddressKind',
        describes: 'SHARED has rules. PERSONAL is of one person and files mail on the cards of those it is about.',
      }),
    ),
    user: derivedOptional(ref('User', { describes: 'Whose private address it is.' })),
    active: defaulted(boolean({ describes: 'Whether rules open anything; what comes is kept all the same.' }), true),
    rules: defaulted(
      list(mailRule, {
        max: 20,
        describes: 'What becomes of mail that continues no conversation, the first that fits.',
      }),
      [],
    ),
    owner: optional(ref('User', { describes: 'Who is told of mail for which no rule finds anybody.' })),
    team: optional(ref('Team', { describes: 'The team whose address it is.' })),
    answerMinutes: optional(
      integer({
        min: 1,
        max: 10_080,
        describes:
          'Within how many working minutes who writes there is to be answered by people; promised to nobody when absent.',
      }),
    ),
    calendar: optional(ref('WorkingCalendar', { describes: "In whose working time; the tenant's when not said." })),
    rulesVersion: derived(integer({ min: 1, describes: 'Counts the versions of its rules; decisions name theirs.' })),
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byOwner: { gsi: 2, sort: 'name' },
    all: { gsi: 3, sort: 'name' },
    byKind: { gsi: 4, of: 'kind', sort: 'name' },
  },
  defaults: ['archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
});

/** An address, as code sees it. */
export type MailAddressRow = Row<typeof MailAddress>;
