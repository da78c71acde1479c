import {
  boolean,
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  longText,
  object,
  ownedBy,
  parts,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';

/** What mail servers say of a mail. */
export const verdictNames = ['spam', 'virus', 'spf', 'dkim', 'dmarc'] as const;
const verdictField = (describes: string) =>
  choice(['PASS', 'FAIL', 'GRAY', 'UNKNOWN'], { named: 'MailVerdict', describes });

/** What a mail came to. */
export const outcomes = ['OPENED', 'REPLY', 'FILED', 'KEPT', 'IGNORED'] as const;
/** Why a mail came to nothing. */
export const ignoreReasons = ['VIRUS', 'SPAM', 'BOUNCE', 'AUTO_REPLY', 'BULK', 'LOOP'] as const;

const decisionFields = {
  step: choice(['RECIPIENT', 'GUARD', 'SENDER', 'THREAD', 'RULE', 'ASSIGNMENT', 'ROUTE', 'ATTACHMENT', 'CALENDAR'], {
    named: 'MailDecisionStep',
    describes: 'What was asked.',
  }),
  test: text({ max: 120, describes: 'By what: ADDRESS, REFERENCES, a rule by its name.' }),
  found: boolean({ describes: 'Whether it decided.' }),
  detail: text({ max: 300, describes: 'What was seen, and what follows.' }),
};
/** A step, as answers tell it. */
export const decision = object('MailDecision', decisionFields, { describes: 'A step of a decision.' });
/** A step on the way to what became of a mail. */
export type Decision = Values<typeof decisionFields>;

/** A mail that came in. */
export const InboundMail = entity('InboundMail', {
  idPrefix: 'imail',
  describes:
    'A mail that came in: who wrote, what it says without what it quotes, what hangs on it, the conversation and the record that it belongs to, and each step by which that was decided. It stays when the mailbox it came from forgets it.',
  fields: {
    direction: derived(
      choice(['INBOUND', 'OUTBOUND'], {
        named: 'MailDirection',
        describes: 'OUTBOUND: a colleague wrote it in a mailbox of their own and sent us a blind copy.',
      }),
    ),
    from: derived(text({ max: 320, search: 'words', describes: 'The address that wrote.' })),
    fromName: derivedOptional(text({ max: 200, describes: 'The name that it gives itself.' })),
    to: derived(list(text({ max: 320 }), { max: 100, describes: 'To whom it was written.' })),
    cc: derived(list(text({ max: 320 }), { max: 100, describes: 'Who got a copy.' })),
    replyTo: derivedOptional(
      text({ max: 320, describes: 'Where it asks for answers, where that is another address.' }),
    ),
    correspondent: derivedOptional(
      text({
        max: 320,
        describes:
          'With whom it is, where that is not who wrote it: whose mail a colleague handed on, or to whom a colleague wrote. Answers go there.',
      }),
    ),
    subject: derived(text({ max: 500, search: 'words', describes: 'The subject.' })),
    excerpt: derived(text({ max: 300, describes: 'The first words of what it says.' })),
    writtenAt: derivedOptional(dateTime({ describes: 'When it was written, as it says itself.' })),
    receivedAt: derived(dateTime({ describes: 'When it came in.' })),
    messageId: derivedOptional(text({ max: 500, describes: 'Its Message-ID, without angle brackets.' })),
    isReply: derived(boolean({ describes: 'Whether it continues a conversation.' })),
    outcome: derived(
      choice(outcomes, {
        named: 'MailOutcome',
        describes:
          'OPENED: a rule opened a record. REPLY: it continues a conversation. FILED: it stands on the card of whom it is about. KEPT: nothing was opened; a person looks at it. IGNORED: a machine wrote it, or it does harm.',
      }),
    ),
    ignoredFor: derivedOptional(choice(ignoreReasons, { named: 'MailIgnoreReason', describes: 'Why it was ignored.' })),
    thread: derivedOptional(ref('MailThread', { describes: 'The conversation.' })),
    record: derivedOptional(ref('*', { describes: 'The record that it opened or belongs to.' })),
    contact: derivedOptional(ref('*', { describes: 'The contact that wrote, or that it is about.' })),
    account: derivedOptional(ref('*', { describes: 'The account that wrote, or that it is about.' })),
    address: derivedOptional(ref('MailAddress', { describes: 'The address at which it came in.' })),
    owner: derivedOptional(ref('User', { describes: 'Who looks after it.' })),
    team: derivedOptional(ref('Team', { describes: 'The team that looks after it.' })),
    verdicts: derived(
      object(
        'MailVerdicts',
        {
          spam: verdictField('Whether it is no spam.'),
          virus: verdictField('Whether it is free of viruses.'),
          spf: verdictField('Whether its server may send for the domain.'),
          dkim: verdictField('Whether the signature of the domain holds.'),
          dmarc: verdictField('Whether the sender’s domain vouches for it.'),
        },
        { describes: 'What the mail service found of it.' },
      ),
    ),
    size: derived(integer({ min: 0, describes: 'Its size in bytes.' })),
    raw: derived(ref('File', { describes: 'The mail as it came, unchanged.' })),
    attachments: derived(list(ref('File'), { max: 40, describes: 'The files that came with it.' })),
    body: parts(
      'InboundMailBody',
      {
        kind: choice(['SHOWN', 'QUOTED'], {
          named: 'InboundMailBodyKind',
          describes: 'What the sender wrote, or what the mail quotes of earlier ones.',
        }),
        content: longText({ max: 100_000, describes: 'The text.' }),
      },
      { describes: 'What it says, in plain text.' },
    ),
    decisions: derived(list(decision, { max: 100, describes: 'Each step of the decision, in order.' })),
    rulesVersion: derivedOptional(
      integer({ min: 1, describes: 'The version of the address’s rules that it was decided by.' }),
    ),
  },
  owner: ownedBy('owner', 'team', 'record'),
  keys: {
    byThread: { gsi: 1, of: 'thread', sort: 'receivedAt', on: 'MailThread.mails' },
    byOwner: { gsi: 2, sort: 'receivedAt' },
    all: { gsi: 3, sort: 'receivedAt', shards: 4 },
    byOutcome: { gsi: 4, of: 'outcome', sort: 'receivedAt', keepsClosed: true },
    byMessageId: { gsi: 5, of: 'messageId' },
    byAddress: link('address', 'receivedAt', 'MailAddress.mails'),
    byRecord: link('record', 'receivedAt'),
  },
  timeline: ['id', 'record', 'contact', 'account'],
  title: ({ subject, from }) => subject || from,
  events: {
    received: 'A mail came in that a person seems to have written.',
    ignored: 'A mail came in that a machine wrote or that does harm: nothing is done about it.',
    rerouted: 'Changed rules made something else of it.',
  },
});

/** A mail, as code sees it. */
export type InboundMailRow = Row<typeof InboundMail>;
