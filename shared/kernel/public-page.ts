// Public pages: what somebody without an account reaches by a signed link (forms, signature, unsubscribe, feeds).
import type { Context } from './context.ts';

/** A request to a public page. */
export type PageRequest = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded body; forms are `application/x-www-form-urlencoded`. Of `multipart/form-data`, one character for each byte. */
  readonly body: string;
  readonly ip: string;
  /** The claims of the signed link, once it was verified. */
  readonly link?: SignedLink;
};

/** What a signed link says: one purpose, one record, an end. */
export type SignedLink = {
  readonly purpose: string;
  readonly tenant: string;
  readonly record: string;
  readonly until: string;
  readonly nonce?: string;
};

/** The answer of a page. */
export type PageAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A page behind `/p/<purpose>/<token>`; the link is verified before it runs, as the tenant's system actor. */
export type PublicPage = {
  readonly purpose: string;
  readonly describes: string;
  /** It writes also while nothing new may begin in its tenant: what the law lets people ask for at any time. */
  readonly evenPaused?: true;
  /** What is answered instead of a code and its words when the link or what it asks for is refused; undefined: these. */
  refuse?(status: number, code: string, request: PageRequest): PageAnswer | undefined;
  run(request: PageRequest & { readonly link: SignedLink }, context: Context): Promise<PageAnswer>;
};

/** Declares a public page. */
export const publicPage = (purpose: string, spec: Omit<PublicPage, 'purpose'>): PublicPage => ({ purpose, ...spec });
