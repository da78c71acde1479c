import { choice, text, type Context } from '#kernel';

/** What is said of a channel as such. */
export const generalPurpose = 'GENERAL';

/** What marketing is for, as consents name it. */
export const purposeField = (describes: string) => text({ max: 60, pattern: /^[A-Z][A-Z0-9_]*$/, describes });

/** Whose word marketing asks for. */
export const askedConsent = (describes: string) =>
  choice(['GRANTED', 'NOT_REFUSED'], { named: 'MailRuleConsent', describes });

/** What somebody has said about being written to. */
export type Said = 'GRANTED' | 'REFUSED';
/** What the people behind addresses have said about being written to. */
export type ConsentSource = {
  readonly key: string;
  /** By address in lower case; addresses of people who said nothing for the purpose, and of nobody, are left out. */
  saidOf(context: Context, addresses: readonly string[], purpose: string): Promise<ReadonlyMap<string, Said>>;
  /** Ids of the people who have an address. */
  peopleAt(context: Context, address: string): Promise<readonly string[]>;
};
/** The extension point for them: whoever keeps people contributes what they said. */
export const mailConsents = 'mail-out.consents';
