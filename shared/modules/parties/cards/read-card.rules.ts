import type { SeenText } from '#kernel';
import { addressOn, isAddress } from './card-address.rules.ts';
import { phonesOn, saysMore, socialOn, taxIdOn, websiteOn } from './card-channels.rules.ts';
import { emailOn, emailWithoutSign } from './card-emails.rules.ts';
import { certain, fieldOn, type CardField, type CardFieldName } from './card-fields.rules.ts';
import { cardLines, type Line } from './card-lines.rules.ts';
import { inSentenceCase, likenessToDomain, likenessToEmail, looksLikeName, splitName } from './card-people.rules.ts';
import { companyWords, countryIn, countryOfDomain, freeMail, jobWords, legalForm, plain } from './card-words.rules.ts';

/** What is known before a card is read: the tenant's country completes national phone numbers. */
export type CardReading = { readonly country: string };

/** The fields of a card from the lines that were seen on it, each with how sure it is and where it stands. */
export const readCard = (seen: readonly SeenText[], { country: home }: CardReading): readonly CardField[] => {
  const lines = cardLines(seen);
  const seenSites = firstOf(lines.map(websiteOn));
  const site = seenSites.find(({ value }) => value.startsWith('www.'))?.value;
  const seenEmails = firstOf(lines.map(emailOn));
  const emails = seenEmails.length > 0 ? seenEmails : firstOf([emailWithoutSign(lines, site)]);
  const websites = seenSites.filter(({ box }) => !emails.some((email) => email.box === box));
  const domain = domainOf(emails[0]?.value, websites[0]?.value);
  const country = countryOf(lines, domain) ?? home;
  const phones = lines.flatMap((line) => phonesOn(line, country));
  const channels = new Set([...emails, ...websites, ...phones].map(({ box }) => box));
  const free = lines.filter((line) => !isAddress(line) && (!channels.has(line.box) || saysMore(line)));
  const isSpanish = /^(?:EC|ES|MX|PE|CO|CL|AR|PA|CR|UY|BO|VE)$/.test(country);
  return [
    ...peopleOn(free, { local: emails[0]?.value.split('@')[0] ?? '', domain, isSpanish }),
    ...emails,
    ...unique(phones),
    ...websites.slice(0, 1),
    ...firstOf(lines.map(socialOn)).slice(0, 1),
    ...firstOf(lines.map(taxIdOn)).slice(0, 1),
    ...addressOn(lines.filter(({ box }) => !channels.has(box))),
  ];
};

const firstOf = (fields: readonly (CardField | undefined)[]): readonly CardField[] =>
  unique(fields.filter((field) => field !== undefined));

const unique = (fields: readonly CardField[]): readonly CardField[] =>
  [...new Map(fields.toReversed().map((field) => [field.value, field])).values()].toReversed();

/** The internet name of the company; none where anybody may have an address. */
const domainOf = (email: string | undefined, website: string | undefined): string => {
  const ofEmail = email?.split('@')[1] ?? '';
  const ofSite = (website ?? '').replace(/^https?:\/\//, '').replace(/^www\./, '');
  return ofEmail === '' || freeMail.test(ofEmail) ? ofSite : ofEmail;
};

/** Country on the card, then the ending of its internet name. */
const countryOf = (lines: readonly Line[], domain: string): string | undefined =>
  lines
    .filter(isAddress)
    .map(({ text }) => countryIn(text))
    .find((found) => found !== undefined) ?? countryOfDomain(domain);

type Hints = { readonly local: string; readonly domain: string; readonly isSpanish: boolean };

/** Who it is: the pair of lines that suit a person and a company best together. */
const peopleOn = (lines: readonly Line[], hints: Hints): readonly CardField[] => {
  const tallest = Math.max(0, ...lines.map(({ box }) => box.height));
  const scores = lines.map((line, index) => ({
    line,
    name: nameScore(line, lines[index + 1], hints, tallest),
    company: companyScore(line, hints, tallest),
  }));
  const pairs = scores.flatMap((one) =>
    [...scores.filter((other) => other !== one), undefined].map((other) => ({
      name: one,
      company: other,
      sum: one.name + (other?.company ?? 0.2),
    })),
  );
  const best = pairs.reduce<(typeof pairs)[number] | undefined>(
    (top, pair) => (top && top.sum >= pair.sum ? top : pair),
    undefined,
  );
  const name = best && best.name.name > 0.3 ? best.name : undefined;
  const company = best?.company && best.company.company > 0.25 ? best.company : undefined;
  const rest = lines.filter((line) => line !== name?.line && line !== company?.line);
  return [
    ...(name ? nameFields(name.line, name.name, hints.isSpanish) : []),
    ...jobTitleOn(rest),
    ...(company ? [fieldOn(company.line, 'company', company.line.text, company.company)] : guessedCompany(hints)),
  ];
};

const nameScore = ({ text, box }: Line, below: Line | undefined, { local }: Hints, tallest: number): number => {
  const shape = looksLikeName(text);
  if (shape === 0) return 0;
  const hasJobBelow = below !== undefined && jobWords.test(plain(below.text)) ? 0.12 : 0;
  const isLarge = box.height > 0.75 * tallest ? 0.08 : 0;
  return Math.min(1, shape + 0.4 * likenessToEmail(text, local) + hasJobBelow + isLarge);
};

const companyScore = ({ text, box }: Line, { domain, local }: Hints, tallest: number): number => {
  const said = plain(text);
  if (/@|www\./.test(text)) return 0;
  const job = jobWords.test(said) && !legalForm.test(said) && !companyWords.test(said) ? 0.4 : 0;
  const evidence =
    (legalForm.test(said) ? 0.75 : 0) +
    (companyWords.test(said) ? 0.25 : 0) +
    0.5 * likenessToDomain(text, domain) +
    (box.height > 0.85 * tallest ? 0.15 : 0) +
    (text === text.toUpperCase() ? 0.1 : 0) +
    0.1;
  return Math.max(0, Math.min(1, evidence - job - 0.3 * likenessToEmail(text, local) * looksLikeName(text)));
};

const nameFields = (line: Line, score: number, isSpanish: boolean): readonly CardField[] => {
  const { title, firstName, lastName } = splitName(line.text, isSpanish);
  return [
    ...(title === undefined ? [] : [fieldOn(line, 'title', title, 0.95)]),
    fieldOn(line, 'firstName', firstName, score),
    ...(lastName === '' ? [] : [fieldOn(line, 'lastName', lastName, score)]),
  ];
};

const jobTitleOn = (lines: readonly Line[]): readonly CardField[] => {
  const line = lines.find(({ text }) => jobWords.test(plain(text)) && !legalForm.test(plain(text)));
  return line ? [fieldOn(line, 'jobTitle', inSentenceCase(line.text), 0.92)] : [];
};

/** Without a line for it, a company may be called as its internet name is; nobody is sure of that. */
const guessedCompany = ({ domain }: Hints): readonly CardField[] => {
  const label = domain.split('.')[0] ?? '';
  if (label.length < 3) return [];
  return [{ name: 'company', value: `${label.charAt(0).toUpperCase()}${label.slice(1)}`, confidence: 0.4 }];
};

/** What a card can be asked where its lines leave doubts, by the field that the answer fills. At most 15 (Textract). */
export const cardQuestions: Readonly<Partial<Record<CardFieldName | 'name', string>>> = {
  name: "What is the person's name?",
  jobTitle: "What is the person's job title?",
  company: 'What is the name of the company?',
  email: 'What is the e-mail address?',
  mobile: 'What is the mobile phone number?',
  phone: 'What is the office phone number?',
  website: 'What is the website?',
  street: 'What is the street address?',
  city: 'What is the city?',
  postcode: 'What is the postal code?',
};

/** Whether a card leaves doubts about who it is and how to reach them. */
export const leavesDoubts = (fields: readonly CardField[]): boolean => {
  const isSure = (...names: readonly CardFieldName[]): boolean =>
    fields.some(({ name, confidence }) => names.includes(name) && confidence >= certain);
  return !(isSure('firstName') && isSure('company') && isSure('email') && isSure('mobile', 'phone'));
};

/** Fields together with answers: of two values for a field the surer one stays. */
export const withAnswers = (
  fields: readonly CardField[],
  answers: ReadonlyMap<string, SeenText>,
  { country }: CardReading,
): readonly CardField[] => {
  const answered = [...answers].flatMap(([name, seen]) => answerFields(name, seen, country));
  const better = answered.filter(
    (answer) => !fields.some(({ name, confidence }) => name === answer.name && confidence >= answer.confidence),
  );
  return [...fields.filter(({ name }) => !better.some((answer) => answer.name === name)), ...better];
};

const answerFields = (name: string, { text, confidence, box }: SeenText, country: string): readonly CardField[] => {
  const line: Line = { text, confidence, box: box ?? { left: 0, top: 0, width: 0, height: 0 } };
  if (name === 'name') return nameFields(line, 0.95, true);
  if (name === 'email') return firstOf([emailOn(line)]);
  if (name === 'website') return firstOf([websiteOn(line)]);
  if (name === 'mobile' || name === 'phone')
    return phonesOn(line, country).map((field) => ({ ...field, name }) as const);
  return [fieldOn(line, name as CardFieldName, text, 0.95)];
};
