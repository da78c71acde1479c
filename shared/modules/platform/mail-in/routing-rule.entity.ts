import { boolean, choice, defaulted, list, object, optional, ref, text, type Values } from '#kernel';

/** How an owner is found for what a mail opens. */
export const assignmentWays = ['OWNER', 'ROUND_ROBIN', 'SENDER_OWNER', 'RECORD_RULES'] as const;
/** Whether a sender must be known. */
export const senderKinds = ['ANYBODY', 'KNOWN', 'UNKNOWN'] as const;

const ruleFields = {
  name: text({ min: 1, max: 100, describes: 'What people call the rule.' }),
  sender: defaulted(
    choice(senderKinds, {
      named: 'MailSenderKind',
      describes: 'KNOWN: only senders that are contacts or accounts. UNKNOWN: only those that are none.',
    }),
    'ANYBODY',
  ),
  senderDomains: defaulted(
    list(text({ max: 120 }), { max: 50, describes: 'Only senders at one of these domains; any when empty.' }),
    [],
  ),
  words: defaulted(
    list(text({ min: 2, max: 60 }), {
      max: 30,
      describes: 'Only mails with one of these words in subject or text, whatever their case and accents.',
    }),
    [],
  ),
  route: text({ max: 20, describes: 'What a mail opens: the key of a route, as LEAD; `mailRoutes` lists them.' }),
  recordKind: optional(
    text({ max: 60, describes: 'Which kind of it: the key of a type of case or activity; the usual one when absent.' }),
  ),
  addsSender: defaulted(
    boolean({ describes: 'Whether account and contact are made of a sender that nobody knows.' }),
    false,
  ),
  assign: defaulted(
    choice(assignmentWays, {
      named: 'MailAssignment',
      describes:
        "OWNER: the person or team named here. ROUND_ROBIN: the people named here in turn. SENDER_OWNER: whoever looks after the sender. RECORD_RULES: the rules of what is opened, as those of leads by zone; where nobody is found, the address's own owner.",
    }),
    'SENDER_OWNER',
  ),
  owner: optional(ref('User', { describes: 'Who works on it.' })),
  users: defaulted(list(ref('User'), { max: 50, describes: 'The people who take turns.' }), []),
  team: optional(ref('Team', { describes: 'The team that works on it.' })),
};

/** What becomes of a kind of mail; the first rule that fits counts. */
export const mailRule = object('MailRoutingRule', ruleFields, {
  describes: 'What becomes of a kind of mail.',
});

/** A rule, as code sees it. */
export type MailRule = Values<typeof ruleFields>;
