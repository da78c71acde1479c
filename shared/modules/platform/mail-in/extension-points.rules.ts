import type { AnyEntity, AnyRow, Context, Registry } from '#kernel';
import type { InboundMailRow } from './inbound-mail.entity.ts';
import type { MailRule } from './routing-rule.entity.ts';

/** Whom a sender was found to be. */
export type KnownSender = { readonly contact?: string; readonly account?: string; readonly owner?: string };

/** What a route sees of a mail that is about to be written. */
export type MailToRoute = Pick<
  InboundMailRow,
  'id' | 'from' | 'fromName' | 'subject' | 'receivedAt' | 'excerpt' | 'contact' | 'account'
> & {
  /** What the sender wrote, without what it quotes. */
  readonly text: string;
};

/** What a rule asks a route for: the rule with whoever was chosen to work on it. */
export type MailOrderOf = Pick<MailRule, 'name' | 'recordKind' | 'assign'> & {
  readonly owner?: string;
  readonly team?: string;
};

/** A kind of record that mails open. A module that has such records contributes one. */
export type MailRoute = {
  readonly key: string;
  readonly describes: string;
  /** The entity of what it opens: answers to conversations about such a record go to `reply`. */
  readonly of: AnyEntity;
  /**
   * Opens the record within the unit of work that writes the mail. What cannot be opened it says by a DomainError: the next rule
   * that fits is asked, and the mail is kept when there is none.
   */
  open(context: Context, mail: MailToRoute, rule: MailOrderOf): Promise<{ readonly id: string }>;
  /** What an answer does to the record, besides standing in its conversation. */
  reply?(context: Context, record: AnyRow, mail: MailToRoute): Promise<void>;
  /** The record whose number a subject names in `[#...]`. */
  byNumber?(context: Context, number: string): Promise<AnyRow | undefined>;
};
/** The extension point for them. */
export const routesPoint = 'mail-in.routes';

/** Who knows addresses: finds whose one is, and may make somebody of one that nobody knows. */
export type MailSenders = {
  readonly key: string;
  find(context: Context, address: string): Promise<KnownSender | undefined>;
  add?(context: Context, sender: { readonly address: string; readonly name?: string }): Promise<KnownSender>;
};
/** The extension point for them. */
export const sendersPoint = 'mail-in.senders';

/** Who reads the calendar objects that mails carry; answers what came of one, nothing where it is not meant. */
export type MailCalendars = { take(context: Context, calendar: string, from: string): Promise<string | undefined> };
/** The extension point for them. */
export const calendarsPoint = 'mail-in.calendars';

type Contributing = Pick<Registry, 'contributions'>;

/** The routes of all modules. */
export const routesIn = ({ contributions }: Contributing): readonly MailRoute[] =>
  contributions(routesPoint) as readonly MailRoute[];
/** Those of all modules that know senders. */
export const sendersIn = ({ contributions }: Contributing): readonly MailSenders[] =>
  contributions(sendersPoint) as readonly MailSenders[];
/** Those of all modules that read calendar objects. */
export const calendarsIn = ({ contributions }: Contributing): readonly MailCalendars[] =>
  contributions(calendarsPoint) as readonly MailCalendars[];
