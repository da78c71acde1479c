// The outside as the domain sees it. Adapters in shared/aws speak to AWS; on a laptop the same adapters speak to
// the local cloud, told by AWS_ENDPOINT_URL_* alone.
import type { Table } from './table.ts';

/** One entry for the event bus `crm`; `detail` is the event contract of design.md section 3. */
export type BusEntry = { readonly type: string; readonly at: string; readonly detail: unknown };

/** The event bus (EventBridge). */
export type Bus = {
  /** Answers the indexes of the entries that were not taken, for the caller to retry. Chunks of 10 / 256 KB inside. */
  publish(entries: readonly BusEntry[]): Promise<readonly number[]>;
};

/** Queues by their name in infra/wiring.ts. */
export type QueueName =
  'react' | 'workflows' | 'jobs' | 'mail-out' | 'mail-feedback' | 'mail-in' | 'electronic' | 'webhooks';

/** One message; the body is sent as JSON. `delaySeconds` <= 900. */
export type QueueMessage = { readonly body: unknown; readonly delaySeconds?: number };

/** SQS. */
export type Queues = { send(queue: QueueName, messages: readonly QueueMessage[]): Promise<void> };

/** EventBridge Scheduler, one-shots that call run-due. */
export type Scheduler = {
  /** Ensures that run-due is called at `minute` (ISO, whole minute). Deterministic name: an existing one is success. */
  wakeAt(minute: string): Promise<void>;
};

/** Object storage (S3). Keys begin with `<tenant>/`. */
export type Files = {
  put(key: string, body: Uint8Array | string, contentType: string): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Bytes `from` to `to`, both inclusive, for reading a large file in pieces. */
  getRange(key: string, from: number, to: number): Promise<Uint8Array>;
  /** Size in bytes and content type; undefined when absent. */
  head(key: string): Promise<{ readonly size: number; readonly contentType: string } | undefined>;
  /** Copies within the store, whatever the size: nothing passes through the caller. Answers whether there was something to copy. */
  copy(from: string, to: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  list(prefix: string): Promise<readonly { readonly key: string; readonly size: number }[]>;
  /** A URL that takes one PUT of exactly this content type within `seconds`. */
  uploadUrl(key: string, options: { readonly contentType: string; readonly seconds: number }): Promise<string>;
  /** A URL that answers the object as `fileName` within `seconds`. */
  downloadUrl(key: string, options: { readonly fileName: string; readonly seconds: number }): Promise<string>;
};

/** The mail service answered that it will not send: nothing went out. Any other failure of `send` leaves that open. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
  constructor(cause: Error) {
    super(`The mail service refused a message: ${cause.message}`, { cause });
  }
}

/** SES out. `raw` is the whole MIME message; tags come back in SES events. */
export type Mailer = {
  /** Sends once and never again by itself, because SES does not notice repetitions. @throws MailRefused */
  send(mail: {
    readonly from: string;
    readonly to: readonly string[];
    readonly raw: Uint8Array;
    /** Of marketing the service also tells what was opened and followed; a link of one person alone must not pass through it. */
    readonly stream?: 'TRANSACTIONAL' | 'MARKETING';
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<{ readonly messageId: string }>;
};

/** Who carries a message answered that it will not: nothing went out. Any other failure of `send` leaves that open. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
  /** It was asked too fast; later it may. */
  readonly isHaste: boolean;
  constructor(cause: Error, isHaste: boolean) {
    super(`A message was refused: ${cause.message}`, { cause });
    this.isHaste = isHaste;
  }
}

/** Text messages to phones. `from` is a number or sender id of ours; of WhatsApp the id of the number there. */
export type Messages = {
  /** Sends once and never again by itself. `message` is one of the WhatsApp Business Cloud API. @throws MessageRefused */
  send(
    message:
      | {
          readonly channel: 'SMS';
          /** Carriers let marketing pass only where it may, and at other prices. */
          readonly kind: 'TRANSACTIONAL' | 'MARKETING';
          readonly from: string;
          readonly to: string;
          readonly text: string;
          readonly tags: Readonly<Record<string, string>>;
        }
      | {
          readonly channel: 'WHATSAPP';
          readonly from: string;
          readonly message: Readonly<Record<string, unknown>>;
        },
  ): Promise<{ readonly messageId: string }>;
  /** What came along with a message on WhatsApp: what it is; with `to`, put there as well, by one PUT. @throws MessageRefused */
  fetchMedia(asked: {
    readonly from: string;
    readonly mediaId: string;
    readonly to?: { readonly url: string; readonly contentType: string };
  }): Promise<{ readonly contentType: string; readonly size: number }>;
};

/** Where something stands on a picture, in shares of its width and height: 0 to 1. */
export type Box = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Text on a picture, with how sure its reader is: 0 to 1. An answer may come without a place. */
export type SeenText = { readonly text: string; readonly confidence: number; readonly box?: Box };

/** The picture is none that can be read: damaged, too large, of an unknown kind. */
export class UnreadablePicture extends Error {
  override readonly name = 'UnreadablePicture';
  constructor(cause: Error) {
    super(`A picture cannot be read: ${cause.message}`, { cause });
  }
}

/** Reads text on pictures: JPEG or PNG, one page (Textract). */
export type DocumentReader = {
  /** The lines of the file with this key, from top to bottom. @throws UnreadablePicture */
  readLines(key: string): Promise<readonly SeenText[]>;
  /** Answers to questions in plain English, by their names; those that have none are left out. @throws UnreadablePicture */
  answer(key: string, questions: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, SeenText>>;
  /** What a receipt says, as far as it was found: merchant, merchantTaxId, receiptNumber, spentOn, total. @throws UnreadablePicture */
  readExpense(key: string): Promise<ReadonlyMap<string, SeenText>>;
};

/** The secrets of a deployment: of links and cursors, of idempotency keys, and what seals the secrets of tenants. */
export type SecretName = 'signing' | 'idempotency' | 'sealing';

/** Secrets by name; a value is cached in the container. */
export type Secrets = { get(name: SecretName): Promise<string> };

/** The sign-in service (Cognito, or the local issuer). */
export type Identities = {
  /** Ensures an account for the address and answers who it is in tokens. */
  invite(user: { readonly email: string; readonly name: string; readonly password?: string }): Promise<{
    readonly issuer: string;
    readonly subject: string;
    /** Whether the account was made just now: then the service itself sends the invitation, unless a password was given. */
    readonly isNew: boolean;
  }>;
};

/** Who a bearer token speaks of. `email` and `session` (one sign-in, refreshed tokens included) only where the issuer puts them in. */
export type TokenClaims = Readonly<Record<'issuer' | 'subject', string> & { email?: string; session?: string }>;

/** Tokens of the issuers that the deployment trusts (OpenID Connect). */
export type Tokens = {
  /**
   * Checks signature (RS256), issuer, audience and times as of `at`; the keys of issuers are cached.
   * @throws DomainError UNAUTHENTICATED that says what does not hold
   */
  verify(token: string, at: Date): Promise<TokenClaims>;
};

/** Where the outside finds this deployment. */
export type Addresses = {
  /** Base URL of public pages and the API, without a slash at the end. */
  publicUrl(): string;
  /** Domain of sender addresses of tenants that have none of their own. */
  mailDomain(): string;
};

/** Bounds of one request. `totalMs` counts from the beginning to the end of the answer; `cut` takes what came of an answer that is too large. */
export type WebBounds = { connectMs?: number; totalMs?: number; mostBytes?: number; cut?: boolean };

/** What a request of `Web` says. */
export type WebRequest = {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  limits?: WebBounds;
};

/**
 * Web services and webhooks outside, at addresses that tenants may name: as `fetch`, but https alone, to public addresses alone,
 * without redirects (a 3xx is the answer), within 10 s for the connection, 30 s without a word and 40 s for all of at most 5 MiB. It throws when nobody answers.
 */
export type Web = { fetch(url: string, request?: WebRequest): Promise<Response> };

/** That something happened to a record, and nothing of what it says: whoever hears it asks for it, with their own rights. */
export type RealtimeNotice = {
  /** The event's id, the same however often it is told. */
  readonly id: string;
  /** What happened: `account.updated`. */
  readonly type: string;
  readonly record: { readonly type: string; readonly id: string; readonly version: number };
};

/** Thin notices for those who look at a screen now (AppSync Events). Hints: whoever misses one sees it at the next reading. */
export type Realtime = {
  /** Tells whoever listens on a channel: segments of letters, digits and dashes after slashes. */
  publish(channel: string, notices: readonly RealtimeNotice[]): Promise<void>;
  /** Where clients listen: `wss:` for the protocol of AppSync Events, `http:` for server-sent events on the local cloud. */
  listenUrl(): string;
};

/** Everything outside, in one value; handed to operations, jobs and reactions. */
export type Ports = {
  readonly table: Table;
  readonly bus: Bus;
  readonly queues: Queues;
  readonly scheduler: Scheduler;
  readonly files: Files;
  readonly mailer: Mailer;
  readonly messages: Messages;
  readonly documentReader: DocumentReader;
  readonly secrets: Secrets;
  readonly identities: Identities;
  readonly tokens: Tokens;
  readonly addresses: Addresses;
  readonly web: Web;
  readonly realtime: Realtime;
};
