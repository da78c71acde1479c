import type { Path, Problem } from '#kernel';
import { originProblems } from '#modules/platform/links';

/** The field that programs fill in and people do not see. */
export const honeypot = 'website_address_2';

/** Most MiB of a file: what a request to a function carries, with room for the other fields. */
export const mostMebibytes = 4;

type Field = {
  readonly key: string;
  readonly kind: string;
  readonly fills?: string;
  readonly options: readonly { readonly key: string }[];
  readonly most?: number;
  readonly value?: string;
  readonly consent?: { readonly channels: readonly string[] };
};
type Checked = {
  readonly fields: readonly Field[];
  readonly origins: readonly string[];
  readonly doubleOptIn: boolean;
};

const wrong = (message: string, path: Path): Problem => ({ code: 'BAD_INPUT', message, path });

/** What is wrong with a form, seen by itself. */
export const formProblems = ({ fields, origins, doubleOptIn }: Checked): readonly Problem[] => [
  ...(fields.length === 0 ? [wrong('A form asks something.', ['fields'])] : []),
  ...fields.flatMap((field, index) => fieldProblems(field, ['fields', index])),
  ...repeated(fields.map(({ key }) => key)).map((index) =>
    wrong('Another field has this key.', ['fields', index, 'key']),
  ),
  ...repeated(fields.map(({ fills }) => fills)).map((index) =>
    wrong('Another field fills this.', ['fields', index, 'fills']),
  ),
  ...originProblems(origins),
  ...(doubleOptIn && !fields.some(({ kind, fills }) => kind === 'EMAIL' && fills === 'email')
    ? [
        wrong('Who is to confirm by mail must give an address: a field of kind EMAIL that fills `email`.', [
          'doubleOptIn',
        ]),
      ]
    : []),
];

/** Where in a list a value stands that stood before. */
const repeated = (values: readonly (string | undefined)[]): readonly number[] =>
  values.flatMap((value, index) => (value !== undefined && values.indexOf(value) < index ? [index] : []));

const fieldProblems = ({ key, kind, options, most = 1, value, consent }: Field, path: Path): readonly Problem[] => {
  const choices = kind === 'CHOICE' || kind === 'CHOICES';
  const rules: readonly (readonly [boolean, string, string])[] = [
    [key !== honeypot && !key.startsWith('_'), 'key', 'This key is used by the product.'],
    [!choices || options.length > 0, 'options', 'Say what can be chosen.'],
    [repeated(options.map((option) => option.key)).length === 0, 'options', 'Two options have the same key.'],
    [kind !== 'HIDDEN' || value !== undefined, 'value', 'Say what it always says.'],
    [
      (kind === 'CONSENT') === (consent !== undefined),
      'consent',
      'A CONSENT, and no other field, says what is agreed to.',
    ],
    [consent === undefined || consent.channels.length > 0, 'consent', 'Say by which ways.'],
    [kind !== 'FILE' || most <= mostMebibytes, 'most', `A file has at most ${String(mostMebibytes)} MiB.`],
  ];
  return rules.flatMap(([holds, field, message]) => (holds ? [] : [wrong(message, [...path, field])]));
};
