import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';

const decisionFields = {
  by: ref('User', { describes: 'Who decided.' }),
  insteadOf: optional(ref('User', { describes: 'For whom, where the person stands in for somebody absent.' })),
  decision: choice(['APPROVED', 'REJECTED'], { named: 'ApprovalDecision', describes: 'What was decided.' }),
  comment: optional(text({ max: 1000, describes: 'What was said with it.' })),
  at: dateTime({ describes: 'When.' }),
  via: choice(['PRODUCT', 'LINK'], { named: 'ApprovalVia', describes: 'In the product, or by the link in a mail.' }),
};
const stepFields = {
  approvers: list(ref('User'), { max: 60, describes: 'Who is asked.' }),
  needed: integer({ min: 1, describes: 'How many of them must agree.' }),
  decisions: list(object('ApprovalDecisionMade', decisionFields), {
    max: 60,
    describes: 'What they decided, in order.',
  }),
};

/** One round of asking, with what came of it. */
export type ApprovalStep = Values<typeof stepFields>;
/** What one person decided. */
export type ApprovalDecision = Values<typeof decisionFields>;

/** A question to those who may decide, about any record. */
export const Approval = entity('Approval', {
  idPrefix: 'apv',
  describes:
    'A question to those who must agree: about which record, how much, who is asked in which order, and what they say.',
  fields: {
    about: ref('*', { describes: 'The record that it is about.' }),
    kind: text({ max: 60, describes: 'What is to be decided; policies say who is asked: quote.discount.' }),
    subject: text({
      min: 1,
      max: 200,
      describes: 'The question in a few words, as approvers read it.',
      search: 'words',
    }),
    amount: optional(money({ describes: 'How much it is about.' })),
    reason: optional(longText({ max: 4000, describes: 'Why one asks.' })),
    askedBy: optional(ref('User', { describes: 'Who asks.' })),
    policy: derivedOptional(ref('ApprovalPolicy', { describes: 'The policy that named the approvers.' })),
    steps: derived(
      list(object('ApprovalStep', stepFields), { max: 5, describes: 'Who is asked, one round after the other.' }),
    ),
    round: derived(integer({ min: 0, describes: 'The round that is being asked, from 0.' })),
    waitingFor: derived(list(ref('User'), { max: 60, describes: 'Who is to decide now.' })),
    until: derivedOptional(dateTime({ describes: 'Without a decision it lapses then.' })),
    decidedAt: derivedOptional(dateTime({ describes: 'When it was decided.' })),
    comment: derivedOptional(text({ max: 1000, describes: 'What was said with the decision.' })),
    asked: derivedOptional(
      text({ max: 200, unique: true, describes: 'Record and kind, while it is open: nobody asks the same twice.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'PENDING',
    moves: {
      PENDING: ['APPROVED', 'REJECTED', 'WITHDRAWN', 'LAPSED'],
      APPROVED: [],
      REJECTED: [],
      WITHDRAWN: [],
      LAPSED: [],
    },
    frozenIn: ['APPROVED', 'REJECTED', 'WITHDRAWN', 'LAPSED'],
    closedIn: ['APPROVED', 'REJECTED', 'WITHDRAWN', 'LAPSED'],
  },
  owner: ownedBy('askedBy'),
  keys: {
    byRecord: { gsi: 1, of: 'about', sort: 'createdAt' },
    byAsker: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
    byApprover: link('waitingFor', 'createdAt'),
  },
  timeline: ['id', 'about'],
  title: ({ subject }) => subject,
  events: {
    requested: 'Somebody asked for it.',
    supported: 'One of several who must agree did.',
    advanced: 'Everybody of a round agreed; the next round is asked.',
    delegated: 'Somebody else decides in place of one who was asked.',
  },
  dueAt: ({ status, until }) => (status === 'PENDING' ? until : undefined),
});

/** An approval, as code sees it. */
export type ApprovalRow = Row<typeof Approval>;
