import { fold, nationalOf } from '#modules/platform/search';

/** What tells a person or an organisation apart from others, tidied up to be compared. */
export type Identity = {
  readonly kind: 'PERSON' | 'ORGANISATION';
  /** Words of its names. Of a person, given and family names where they are known apart. */
  readonly names: readonly string[];
  readonly given: readonly string[];
  readonly family: readonly string[];
  readonly emails: readonly string[];
  /** National numbers: digits without the country's code and the zero before it. */
  readonly phones: readonly string[];
  readonly taxId?: string;
  /** `YYYY-MM-DD` */
  readonly birthday?: string;
  readonly places: readonly Place[];
};

/** Where it is, as words. */
export type Place = { readonly street: readonly string[]; readonly city: string; readonly postcode: string };

/** What is known of somebody, as it was given. */
export type Known = {
  readonly type?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly name?: string;
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
  readonly taxId?: string;
  readonly birthday?: string;
  readonly addresses?: readonly { readonly street?: string; readonly city?: string; readonly postcode?: string }[];
};

const particles: ReadonlySet<string> = new Set('de del la las los el da do dos van von y e san santa'.split(' '));
/** Legal forms say what a company is, not which. */
const legalForms: ReadonlySet<string> = new Set(
  's a sa sas srl sl slu cia ltda c spa inc llc ltd corp co gmbh ag bv sac eirl compania company limited corporation'.split(
    ' ',
  ),
);

const wordsIn = (text = ''): readonly string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** Words that tell names apart; all of them when there are no others. */
const tellingWords = (text: string | undefined, quiet: ReadonlySet<string>): readonly string[] => {
  const words = wordsIn(text);
  const telling = words.filter((word) => !quiet.has(word));
  return telling.length > 0 ? telling : words;
};

/** An address as it is compared: what stands after a plus, and Gmail's dots, make no other mailbox. */
export const mailboxOf = (address: string): string => {
  const [local = '', domain = ''] = address.normalize('NFKC').trim().toLowerCase().split('@');
  const [box = ''] = local.split('+');
  const isGoogle = domain === 'gmail.com' || domain === 'googlemail.com';
  return isGoogle ? `${box.replaceAll('.', '')}@gmail.com` : `${box}@${domain}`;
};

/** Digits of the longest national number: of longer ones the country's code stands before it. */
const nationalDigits = 9;

/** The national number of a phone, as far as its writing tells. */
export const phoneDigits = (number: string): string => {
  const digits = number.replace(/\D/g, '');
  return number.startsWith('+') ? nationalOf(digits) : digits.replace(/^0+/, '').slice(-nationalDigits);
};

/** What is known, tidied up. */
export const identityOf = (known: Known): Identity => {
  const kind = known.type === 'PERSON' || known.firstName !== undefined ? 'PERSON' : 'ORGANISATION';
  const given = tellingWords(known.firstName, particles);
  const family = tellingWords(known.lastName, particles);
  const whole = tellingWords(known.name, kind === 'PERSON' ? particles : legalForms);
  return {
    kind,
    given,
    family,
    names: given.length + family.length > 0 ? [...given, ...family] : whole,
    emails: unique((known.emails ?? []).map(mailboxOf)),
    phones: unique((known.phones ?? []).map(phoneDigits).filter(({ length }) => length >= 6)),
    ...(known.taxId !== undefined && { taxId: fold(known.taxId).replace(/[^a-z0-9]/g, '') }),
    ...(known.birthday !== undefined && { birthday: known.birthday }),
    places: (known.addresses ?? []).map(({ street, city, postcode }) => ({
      street: wordsIn(street),
      city: wordsIn(city).join(' '),
      postcode: wordsIn(postcode).join(''),
    })),
  };
};

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
