import type { Locale } from '#kernel';
import { markup, type FormPart, type Html } from '#modules/platform/links';
import type { AnswerProblem } from './answers.rules.ts';
import type { FormField, FormRow } from './form.entity.ts';
import { honeypot } from './form.rules.ts';
import { formWords } from './form-words.rules.ts';

/** What a form shows besides its fields. */
export type Shown = {
  readonly locale: Locale;
  /** What the product sends along, by name. */
  readonly hidden: Readonly<Record<string, string>>;
  /** What was sent before and is not right yet. */
  readonly sent?: readonly FormPart[];
  readonly problems?: ReadonlyMap<string, AnswerProblem>;
  readonly notice?: string;
};

type Showing = Required<Omit<Shown, 'notice'>>;

/** The form itself, with its style: what a page and a snippet show alike. */
export const formHtml = (form: FormRow, shown: Shown): Html => {
  const showing: Showing = { sent: [], problems: new Map(), ...shown };
  const { locale, hidden, notice } = shown;
  const hasFiles = form.fields.some(({ kind }) => kind === 'FILE');
  return markup`<style>
      ${{ html: style }}
    </style>
    ${form.intro && markup`<p class="intro">${form.intro[locale]}</p>`}
    ${notice === undefined ? undefined : markup`<p class="wrong" role="alert">${notice}</p>`}
    <form method="post" class="lazo"${hasFiles ? { html: ' enctype="multipart/form-data"' } : undefined}>
      ${Object.entries(hidden).map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}" />`)}
      <div class="apart" aria-hidden="true">
        <label>URL <input type="text" name="${honeypot}" tabindex="-1" autocomplete="off" /></label>
      </div>
      ${form.fields.filter(({ kind }) => kind !== 'HIDDEN').map((field) => fieldHtml(field, showing))}
      <div class="choices"><button class="main">${form.button?.[locale] ?? formWords[locale].send}</button></div>
    </form>`;
};

/** The form once it was sent. */
export const thanksHtml = (text: string): Html =>
  markup`<style>
      ${{ html: style }}
    </style>
    <p class="thanks" role="status">${text}</p>`;

const style = `.apart{position:absolute;left:-9999px;height:1px;overflow:hidden}.lazo .field{margin:0 0 16px}.lazo label{display:block;margin:0 0 6px;font-size:.9rem}
.lazo .tick label{display:flex;gap:8px;align-items:flex-start}.lazo .wrong,.wrong{color:light-dark(#b3261e,#f2b8b5);font-size:.9rem}.lazo .help{opacity:.75;font-size:.85rem}.intro,.thanks{white-space:pre-line}
.lazo input:not([type=checkbox],[type=file]),.lazo select,.lazo textarea{width:100%;box-sizing:border-box;padding:10px;font:inherit;color:inherit;background:transparent;border:1px solid #8888;border-radius:8px}.lazo textarea{min-height:84px}
.lazo option{color:#1c2026}.lazo fieldset{border:0;margin:0;padding:0}.lazo legend{padding:0;margin:0 0 6px;font-size:.9rem}.lazo :focus-visible{outline:2px solid var(--accent,#1f4b99);outline-offset:1px}.lazo [aria-invalid]{border-color:#b3261e}.lazo button{padding:12px 16px;font:inherit;font-weight:600;cursor:pointer}`;

const fieldHtml = (field: FormField, showing: Showing): Html => {
  const { locale, problems } = showing;
  const problem = problems.get(field.key);
  const isTick = field.kind === 'CHECKBOX' || field.kind === 'CONSENT';
  const body = isTick ? tick(field, showing) : labelled(field, showing);
  return markup`<div class="${isTick ? 'field tick' : 'field'}">
    ${body} ${field.help && markup`<div class="help" id="${field.key}-help">${field.help[locale]}</div>`}
    ${problem && markup`<div class="wrong" id="${field.key}-wrong" role="alert">${formWords[locale].problems[problem]}</div>`}
  </div>`;
};

const sentValues = ({ key }: FormField, { sent }: Showing): readonly string[] =>
  sent.flatMap(({ name, value, fileName }) => (name === key && fileName === undefined ? [value] : []));

const must = ({ required }: FormField): Html | undefined => (required ? { html: ' required' } : undefined);
const marked = (name: string, is: boolean): Html | undefined => (is ? { html: ` ${name}` } : undefined);

/** What stands below a field belongs to it also for who hears the page; who has to mend something begins there. */
const said = ({ key, help }: FormField, { problems }: Showing): Html => {
  const isWrong = problems.has(key);
  const [first] = problems.keys();
  const below = [help && `${key}-help`, isWrong ? `${key}-wrong` : undefined]
    .filter((id) => id !== undefined)
    .join(' ');
  return markup`${below && markup` aria-describedby="${below}"`}${marked('aria-invalid="true"', isWrong)}${marked('autofocus', key === first)}`;
};

const nameOf = (field: FormField, { locale }: Showing): Html =>
  markup`${field.label[locale]}${field.required ? markup` <span title="${formWords[locale].required}">*</span>` : undefined}`;

/** What is agreed to stands beside the box, word for word as it is kept. */
const tick = (field: FormField, showing: Showing): Html => {
  const { key, consent } = field;
  const isTicked = marked('checked', sentValues(field, showing).length > 0);
  const text = consent
    ? markup`${consent.wording[showing.locale]}${field.required ? ' *' : ''}`
    : nameOf(field, showing);
  return markup`<label
    ><input type="checkbox" name="${key}" value="yes"${isTicked}${must(field)}${said(field, showing)} /><span>${text}</span></label
  >`;
};

const labelled = (field: FormField, showing: Showing): Html => {
  if (field.kind !== 'CHOICES')
    return markup`<label for="${field.key}">${nameOf(field, showing)}</label>${control(field, showing)}`;
  const chosen = sentValues(field, showing);
  return markup`<fieldset class="tick"${said(field, showing)}>
    <legend>${nameOf(field, showing)}</legend>
    ${field.options.map(
      ({ key, label }) =>
        markup`<label
          ><input type="checkbox" name="${field.key}" value="${key}"${marked('checked', chosen.includes(key))} /><span
            >${label[showing.locale]}</span
          ></label
        >`,
    )}
  </fieldset>`;
};

const inputTypes: Readonly<Partial<Record<FormField['kind'], string>>> = {
  EMAIL: 'email',
  PHONE: 'tel',
  DATE: 'date',
};

/** How browsers know what to fill in by themselves. */
const known: Readonly<Record<string, string>> = {
  email: 'email',
  phone: 'tel',
  name: 'name',
  firstName: 'given-name',
  lastName: 'family-name',
  company: 'organization',
  jobTitle: 'organization-title',
};

const control = (field: FormField, showing: Showing): Html => {
  const { key, kind, types } = field;
  const [value = field.value ?? ''] = sentValues(field, showing);
  if (kind === 'CHOICE') return choice(field, value, showing);
  if (kind === 'FILE')
    return markup`<input id="${key}" type="file" name="${key}" accept="${types.join(',')}"${must(field)}${said(field, showing)} />`;
  if (kind === 'LONG_TEXT')
    return markup`<textarea id="${key}" name="${key}"${limit(field)}${must(field)}${said(field, showing)}>${value}</textarea>`;
  return markup`<input
    id="${key}"
    type="${inputTypes[kind] ?? 'text'}"
    name="${key}"
    value="${value}"${limit(field)}${hints(field)}${must(field)}${said(field, showing)}
  />`;
};

const limit = ({ most }: FormField): Html | undefined =>
  most === undefined ? undefined : markup` maxlength="${most}"`;

const hints = ({ kind, fills = '' }: FormField): Html =>
  markup`${known[fills] && markup` autocomplete="${known[fills]}"`}${kind === 'NUMBER' ? markup` inputmode="decimal"` : undefined}`;

const choice = (field: FormField, value: string, showing: Showing): Html =>
  markup`<select id="${field.key}" name="${field.key}"${must(field)}${said(field, showing)}>
    <option value="">${formWords[showing.locale].choose}</option>
    ${field.options.map(
      ({ key, label }) =>
        markup`<option value="${key}"${marked('selected', key === value)}>${label[showing.locale]}</option>`,
    )}
  </select>`;
