/** What SES says about a mail, of the many things in its events (Amazon SES developer guide, "event publishing"). */
export type SesEvent = {
  readonly eventType: string;
  readonly mail: {
    readonly messageId: string;
    readonly timestamp?: string;
    readonly tags?: Readonly<Record<string, readonly string[]>>;
  };
  readonly delivery?: { readonly timestamp?: string; readonly recipients?: readonly string[] };
  readonly bounce?: {
    readonly bounceType?: string;
    readonly bounceSubType?: string;
    readonly timestamp?: string;
    readonly bouncedRecipients?: readonly { readonly emailAddress: string; readonly diagnosticCode?: string }[];
  };
  readonly complaint?: {
    readonly timestamp?: string;
    readonly complaintFeedbackType?: string;
    readonly complainedRecipients?: readonly { readonly emailAddress: string }[];
  };
  readonly open?: { readonly timestamp?: string };
  readonly click?: { readonly timestamp?: string; readonly link?: string };
  readonly reject?: { readonly reason?: string };
  readonly deliveryDelay?: {
    readonly delayType?: string;
    readonly timestamp?: string;
    readonly delayedRecipients?: readonly { readonly emailAddress: string; readonly diagnosticCode?: string }[];
  };
};

type ProblemKind = 'BOUNCE' | 'SOFT_BOUNCE' | 'COMPLAINT' | 'REFUSAL' | 'DELAY';
type Status = 'SENT' | 'DELIVERED' | 'BOUNCED' | 'COMPLAINED' | 'REFUSED';

/** What an event means for the ledger. */
export type News = {
  readonly status?: Status;
  readonly at?: string;
  readonly deliveredTo: readonly string[];
  readonly problems: readonly { readonly address?: string; readonly kind: ProblemKind; readonly detail?: string }[];
  /** What the reader probably did; some mail programs open everything by themselves. */
  readonly engagement?: { readonly kind: 'OPEN' | 'CLICK'; readonly at?: string; readonly link?: string };
  /** Addresses to write to no more. */
  readonly suppress: readonly {
    readonly address: string;
    readonly reason: 'BOUNCED' | 'COMPLAINED';
    readonly note?: string;
  }[];
};

const nothing: News = { deliveredTo: [], problems: [], suppress: [] };
const at = (timestamp: string | undefined) =>
  timestamp === undefined ? {} : { at: new Date(timestamp).toISOString() };
const detail = (text: string | undefined) => (text === undefined ? {} : { detail: text.slice(0, 500) });

/** The bare address: SES may answer `Ana <ana@example.com>`. */
const bare = (address: string): string => /<([^<>]+)>/.exec(address)?.[1] ?? address.trim();

const readers: Readonly<Record<string, (event: SesEvent) => News>> = {
  Send: ({ mail }) => ({ ...nothing, status: 'SENT', ...at(mail.timestamp) }),
  Delivery: ({ delivery }) => ({
    ...nothing,
    status: 'DELIVERED',
    ...at(delivery?.timestamp),
    deliveredTo: (delivery?.recipients ?? []).map(bare),
  }),
  Bounce: ({ bounce }) => {
    const isHard = bounce?.bounceType === 'Permanent';
    const hit = (bounce?.bouncedRecipients ?? []).map(({ emailAddress, diagnosticCode }) => ({
      address: bare(emailAddress),
      words: diagnosticCode ?? bounce?.bounceSubType,
    }));
    return {
      ...nothing,
      status: 'BOUNCED',
      ...at(bounce?.timestamp),
      problems: hit.map(({ address, words }) => ({
        address,
        kind: isHard ? ('BOUNCE' as const) : ('SOFT_BOUNCE' as const),
        ...detail(words),
      })),
      suppress: isHard
        ? hit.map(({ address, words }) => ({
            address,
            reason: 'BOUNCED' as const,
            ...(words !== undefined && { note: words.slice(0, 500) }),
          }))
        : [],
    };
  },
  Complaint: ({ complaint }) => {
    const hit = (complaint?.complainedRecipients ?? []).map(({ emailAddress }) => bare(emailAddress));
    return {
      ...nothing,
      status: 'COMPLAINED',
      ...at(complaint?.timestamp),
      problems: hit.map((address) => ({
        address,
        kind: 'COMPLAINT' as const,
        ...detail(complaint?.complaintFeedbackType),
      })),
      suppress: hit.map((address) => ({ address, reason: 'COMPLAINED' as const })),
    };
  },
  Open: ({ open }) => ({ ...nothing, engagement: { kind: 'OPEN', ...at(open?.timestamp) } }),
  Click: ({ click }) => ({
    ...nothing,
    engagement: {
      kind: 'CLICK',
      ...at(click?.timestamp),
      ...(click?.link !== undefined && { link: click.link.slice(0, 500) }),
    },
  }),
  Reject: ({ reject }) => ({
    ...nothing,
    status: 'REFUSED',
    problems: [{ kind: 'REFUSAL' as const, ...detail(reject?.reason) }],
  }),
  DeliveryDelay: ({ deliveryDelay }) => ({
    ...nothing,
    ...at(deliveryDelay?.timestamp),
    problems: (deliveryDelay?.delayedRecipients ?? []).map(({ emailAddress, diagnosticCode }) => ({
      address: bare(emailAddress),
      kind: 'DELAY' as const,
      ...detail(diagnosticCode ?? deliveryDelay?.delayType),
    })),
  }),
};

/** What an event means; nothing for those that the ledger does not know. */
export const newsIn = (event: SesEvent): News => readers[event.eventType]?.(event) ?? nothing;

/** The mail that an event is about, as our own tags say. */
export const subjectOf = ({ mail }: SesEvent): { readonly tenant: string; readonly id: string } | undefined => {
  const [tenant] = mail.tags?.['tenant'] ?? [];
  const [id] = mail.tags?.['mail'] ?? [];
  return tenant === undefined || id === undefined ? undefined : { tenant, id };
};
