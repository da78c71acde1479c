import {
  choice,
  dateTime,
  derivedId,
  entity,
  inheritsFrom,
  integer,
  json,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

/** What may happen to a signature. */
export const signatureEventKinds = [
  'REQUESTED',
  'SENT',
  'REMINDED',
  'OPENED',
  'DOCUMENT_OPENED',
  'CODE_SENT',
  'CODE_REFUSED',
  'CODE_ACCEPTED',
  'CONSENTED',
  'SIGNED',
  'DECLINED',
  'DELEGATED',
  'EXPIRED',
  'CANCELLED',
] as const;

/** One event of a signature; nothing changes it or takes it away. */
export const SignatureEvent = entity('SignatureEvent', {
  idPrefix: 'sge',
  describes:
    'One event of a signature. Each holds the hash of the one before it, so that none can be changed, left out or put between without a trace; no operation writes one.',
  fields: {
    signature: ref('Signature', { describes: 'Of which signature.' }),
    place: integer({ min: 1, describes: 'Its place in the chain, from 1.' }),
    kind: choice(signatureEventKinds, { named: 'SignatureEventKind', describes: 'What happened.' }),
    at: dateTime({ describes: 'When, by the server’s clock.' }),
    by: text({ max: 200, describes: 'Who did it: the name of a person, or `system`.' }),
    email: optional(text({ max: 254, describes: 'The address of that person.' })),
    ip: optional(text({ max: 45, describes: 'The address that the request came from.' })),
    forwardedFor: optional(
      text({ max: 500, describes: 'The chain of addresses that the request named (X-Forwarded-For).' }),
    ),
    userAgent: optional(text({ max: 500, describes: 'The browser, as it names itself.' })),
    details: optional(json<Readonly<Record<string, string>>>({ describes: 'What belongs to it, by name.' })),
    previousHash: text({ max: 64, describes: 'The hash of the event before it; empty for the first.' }),
    hash: text({ max: 64, describes: 'SHA-256 over its content as canonical JSON and the hash before it, in hex.' }),
  },
  owner: inheritsFrom('signature'),
  keys: {
    bySignature: { gsi: 1, of: 'signature', sort: 'at', on: 'Signature.events' },
    all: { gsi: 3, sort: 'at' },
  },
  title: ({ kind, by }) => `${kind} ${by}`,
});

/** An event of a signature, as code sees it. */
export type SignatureEventRow = Row<typeof SignatureEvent>;

/** The id of an event by its place: a chain is read without an index, and a place is taken once. */
export const signatureEventId = (signature: string, place: number): string =>
  derivedId('sge', 'signature-event', [signature, String(place)]);
