import { componentsOf, textOf, type VCardLine } from './vcard-lines.rules.ts';

/** A picture of a card, not yet looked at. */
export type VCardPhoto = { readonly bytes: Uint8Array; readonly contentType: string };

/** A vCard as values of a contact, and what is no field of one. Absent where the card does not say it. */
export type VCardContact = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly uid?: string;
  readonly company?: string;
  readonly photo?: VCardPhoto;
};

/** The values of a contact that a card holds. */
export const readVCard = (lines: readonly VCardLine[]): VCardContact => {
  const all = (name: string) => lines.filter((line) => line.name === name);
  const one = (name: string): string | undefined => textOf(all(name)[0]?.value ?? '') || undefined;
  const [company = ''] = componentsOf(all('ORG')[0]?.value ?? '');
  const values = {
    ...nameOf(lines, company),
    jobTitle: one('TITLE')?.slice(0, 120),
    phones: some(
      all('TEL')
        .map((line) => ({ number: numberOf(line), ...about(line, lines) }))
        .filter(({ number }) => number !== ''),
    ),
    emails: some(all('EMAIL').map((line) => ({ address: textOf(line.value), ...about(line, lines) }))),
    birthday: dayOf(one('BDAY')),
    language: languageOf(one('LANG')),
    tags: some(all('CATEGORIES').flatMap(({ value }) => componentsOf(value, ','))),
    description: descriptionOf(lines),
  };
  const [uid, photo] = [one('UID')?.replace(/^urn:uuid:/i, ''), photoOf(all('PHOTO')[0])];
  return {
    values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')),
    ...(uid !== undefined && { uid }),
    ...(company !== '' && { company }),
    ...(photo && { photo }),
  };
};

const some = <Value>(values: readonly Value[]): readonly Value[] | undefined =>
  values.length > 0 ? values.slice(0, 20) : undefined;

/** The parts of the name; a card of an organisation, or without one, is called as FN says. */
const nameOf = (lines: readonly VCardLine[], company: string) => {
  const value = (name: string): string => lines.find((line) => line.name === name)?.value ?? '';
  const [lastName = '', firstName = '', middle = '', title = ''] = componentsOf(value('N'));
  const shown = textOf(value('FN'));
  const isOrganisation =
    /^(?:org|group)$/i.test(value('KIND')) ||
    /^company$/i.test(value('X-ABSHOWAS')) ||
    (shown === company && lastName + firstName === '');
  if (isOrganisation) return { type: 'ORGANISATION', organisationName: company || shown };
  const given = [firstName, middle].filter((part) => part !== '').join(' ');
  return {
    firstName: (given === '' && lastName === '' ? shown : given).slice(0, 100),
    lastName: lastName.slice(0, 100),
    title: title.slice(0, 40),
    organisationName: company,
  };
};

const numberOf = ({ value }: VCardLine): string =>
  textOf(value)
    .replace(/^tel:/i, '')
    .replace(/;ext=.*$/i, '')
    .trim();

const spoken: readonly (readonly [RegExp, string])[] = [
  [/^(?:cell|iphone|mobile)$/i, 'mobile'],
  [/fax/i, 'fax'],
  [/^work$/i, 'work'],
  [/^home$/i, 'home'],
  [/^(?:main|pager|video|textphone|other)$/i, 'other'],
];

/** What a number or address is for, by its types or by the label that its group has; whether it is the first to use. */
const about = (line: VCardLine, lines: readonly VCardLine[]) => {
  const types = (line.parameters.get('TYPE') ?? []).flatMap((type) => type.split(','));
  const own = lines.find(
    ({ name, group }) => name === 'X-ABLABEL' && group !== undefined && group === line.group,
  )?.value;
  const found = spoken.find(([pattern]) => types.some((type) => pattern.test(type)))?.[1];
  const label =
    own === undefined
      ? found
      : textOf(own)
          .replace(/^_\$!<(.*)>!\$_$/, '$1')
          .toLowerCase();
  const isFirst = types.some((type) => /^pref$/i.test(type)) || line.parameters.get('PREF')?.[0] === '1';
  return {
    ...(label !== undefined && label !== '' && { label: label.slice(0, 40) }),
    ...(isFirst && { primary: true }),
  };
};

const dayOf = (text: string | undefined): string | undefined => {
  const [, year = '', month = '', day = ''] = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text ?? '') ?? [];
  const full = `${year}-${month}-${day}`;
  return Number.isNaN(Date.parse(`${full}T00:00:00Z`)) ? undefined : full;
};

const languageOf = (text: string | undefined): string | undefined =>
  /^[a-z]{2}(?:-[A-Z]{2})?$/.test(text ?? '') ? text : undefined;

/** Notes, and what a contact has no field for: addresses and sites. */
const descriptionOf = (lines: readonly VCardLine[]): string | undefined => {
  const notes = lines.flatMap(({ name, value }) => {
    if (name === 'NOTE') return [textOf(value)];
    if (name === 'ADR')
      return [
        componentsOf(value)
          .filter((part) => part !== '')
          .join(', '),
      ];
    return name === 'URL' ? [textOf(value)] : [];
  });
  return (
    notes
      .filter((note) => note !== '')
      .join('\n')
      .slice(0, 10_000) || undefined
  );
};

/** A picture inside the card; one that lies elsewhere is not fetched. */
const photoOf = (line: VCardLine | undefined): VCardPhoto | undefined => {
  if (!line) return undefined;
  const inline = /^data:(image\/[\w.+-]+);base64,(.*)$/s.exec(line.value);
  const encoding = line.parameters.get('ENCODING')?.[0] ?? '';
  if (!inline && !/^(?:b|base64)$/i.test(encoding)) return undefined;
  const bytes = Buffer.from(inline?.[2] ?? line.value.replace(/\s/g, ''), 'base64');
  const type = (line.parameters.get('TYPE')?.[0] ?? 'jpeg').toLowerCase().replace('image/', '');
  return bytes.length > 0
    ? { bytes, contentType: inline?.[1] ?? `image/${type === 'jpg' ? 'jpeg' : type}` }
    : undefined;
};
