// What SES tells the default bus about a mail: sent, then delivered, bounced or complained about. The addresses of
// the SES mailbox simulator behave as they do in AWS; every other one is delivered. `reader@` of the simulator is ours: it
// opens marketing and follows a link in it.
import { randomUUID } from 'node:crypto';
import type { BusEvent } from '../bus/bus.ts';
import { busEvent } from '../bus/bus-endpoint.ts';
import { account, region } from '../names.ts';
import type { SesMail } from './ses-mail.ts';

/** A mail that SES has taken. */
export type TakenMail = {
  readonly mail: SesMail;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string;
};

/** The events of one mail, in order. */
export function eventsOf(taken: TakenMail, at: Date): readonly BusEvent[] {
  const fates = Map.groupBy(taken.mail.destination, fateOf);
  const make = (fate: Fate): readonly BusEvent[] => {
    const recipients = fates.get(fate) ?? [];
    const follows = outcomes[fate](recipients, at).filter(({ eventType }) => isTold(eventType, taken));
    return recipients.length === 0 ? [] : follows.map((outcome) => toEvent(taken, outcome, at));
  };
  return [
    toEvent(taken, { detailType: 'Email Sent', eventType: 'Send', body: { send: {} } }, at),
    ...fateOrder.flatMap(make),
  ];
}

type Fate = 'delivered' | 'bounced' | 'complained' | 'suppressed' | 'read';

/** What readers do is told of marketing alone (infra/aws/mail-stack.ts). */
const isTold = (eventType: string, { configurationSet }: TakenMail): boolean =>
  !['Open', 'Click'].includes(eventType) || configurationSet.endsWith('-marketing');

type Outcome = {
  readonly detailType: string;
  readonly eventType: string;
  readonly body: Readonly<Record<string, unknown>>;
};

const fateOrder: readonly Fate[] = ['delivered', 'bounced', 'suppressed', 'complained', 'read'];

/** `bounce+anything@simulator.amazonses.com` behaves like `bounce@`. */
const fateOf = (address: string): Fate => {
  const [, local] = /^([a-z]+)(?:\+.*)?@simulator\.amazonses\.com$/i.exec(address) ?? [];
  const simulated: Readonly<Record<string, Fate>> = {
    bounce: 'bounced',
    complaint: 'complained',
    suppressionlist: 'suppressed',
    reader: 'read',
  };
  return simulated[local?.toLowerCase() ?? ''] ?? 'delivered';
};

const delivery = (recipients: readonly string[], at: Date): Outcome => ({
  detailType: 'Email Delivered',
  eventType: 'Delivery',
  body: {
    delivery: {
      timestamp: at.toISOString(),
      processingTimeMillis: 1,
      recipients,
      smtpResponse: '250 2.0.0 OK',
      reportingMTA: 'local',
    },
  },
});

const bounce = (recipients: readonly string[], at: Date, bounceSubType: string): Outcome => ({
  detailType: 'Email Bounced',
  eventType: 'Bounce',
  body: {
    bounce: {
      bounceType: 'Permanent',
      bounceSubType,
      bouncedRecipients: recipients.map((emailAddress) => ({
        emailAddress,
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      })),
      timestamp: at.toISOString(),
      feedbackId: randomUUID(),
      reportingMTA: 'dsn; local',
    },
  },
});

const complaint = (recipients: readonly string[], at: Date): Outcome => ({
  detailType: 'Email Complaint Received',
  eventType: 'Complaint',
  body: {
    complaint: {
      complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
      timestamp: at.toISOString(),
      feedbackId: randomUUID(),
      complaintSubType: null,
      userAgent: 'Amazon SES Mailbox Simulator',
      complaintFeedbackType: 'abuse',
      arrivalDate: at.toISOString(),
    },
  },
});

const read = (at: Date): readonly Outcome[] => {
  const seen = { timestamp: at.toISOString(), ipAddress: '192.0.2.1', userAgent: 'Amazon SES Mailbox Simulator' };
  return [
    { detailType: 'Email Opened', eventType: 'Open', body: { open: seen } },
    { detailType: 'Email Clicked', eventType: 'Click', body: { click: { ...seen, link: 'https://example.com/' } } },
  ];
};

/** A complaint follows a delivery: somebody has read the mail. */
const outcomes: Readonly<Record<Fate, (recipients: readonly string[], at: Date) => readonly Outcome[]>> = {
  delivered: (recipients, at) => [delivery(recipients, at)],
  bounced: (recipients, at) => [bounce(recipients, at, 'General')],
  suppressed: (recipients, at) => [bounce(recipients, at, 'Suppressed')],
  complained: (recipients, at) => [delivery(recipients, at), complaint(recipients, at)],
  read: (recipients, at) => [delivery(recipients, at), ...read(at)],
};

const toEvent = (
  { mail, tags, configurationSet }: TakenMail,
  { detailType, eventType, body }: Outcome,
  at: Date,
): BusEvent => {
  const own = Object.entries(tags).map(([name, value]) => [name, [value]] as const);
  const automatic = {
    'ses:operation': ['SendRawEmail'],
    'ses:configuration-set': [configurationSet],
    'ses:from-domain': [mail.source.replace(/^.*@|>$/g, '')],
  };
  const detail = {
    eventType,
    mail: { ...mail, sendingAccountId: account, tags: { ...automatic, ...Object.fromEntries(own) } },
    ...body,
  };
  return busEvent({
    source: 'aws.ses',
    detailType,
    detail,
    time: at,
    resources: [`arn:aws:ses:${region}:${account}:configuration-set/${configurationSet}`],
  });
};
