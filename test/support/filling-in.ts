// A form of a tenant and somebody who fills it in: for tests of forms and of what listens to them, on the engine.
import type { AnyRow, PageAnswer, PageRequest } from '#kernel';
import { runPage } from '#kernel/run-page';
import type { SubmissionRow } from '#modules/marketing/forms';
import type { Domain } from './domain.ts';

/** What a request may say besides the address. */
export type Asking = Partial<Pick<PageRequest, 'method' | 'query' | 'headers' | 'body' | 'ip'>>;

const filling = ['name', 'email', 'phone', 'company', 'message'];

/** A field of a form; those that are called as what they fill fill it. */
export const formField = (key: string, kind: string, more: object = {}) => ({
  ...{ key, kind, label: { es: `El ${key}`, en: `The ${key}` } },
  ...(filling.includes(key) && { fills: key }),
  ...more,
});

/** What is agreed to in these forms. */
export const agreement = {
  purpose: 'NEWSLETTER',
  channels: ['EMAIL'],
  wording: { es: 'Acepto recibir noticias.', en: 'I agree to receive news.' },
  version: '2026-1',
};

const contactFields = [
  formField('name', 'TEXT', { required: true }),
  formField('email', 'EMAIL', { required: true }),
  formField('phone', 'PHONE'),
  formField('message', 'LONG_TEXT'),
  formField('news', 'CONSENT', { consent: agreement }),
];

/** Somebody who fills in forms. */
export const ana = {
  ...{ name: 'Ana María Vera', email: 'ana@example.com', phone: '099 123 4567', message: 'Precio?\r\nGracias' },
};

/** The hidden fields of a page. */
export const hiddenIn = (html: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...html.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  );

/** Asks for a public page of a domain by its address. */
export const askPage = (domain: Domain, url: string, asking: Asking = {}): Promise<PageAnswer> => {
  const [, purpose = '', token = ''] = new URL(url).pathname.slice(1).split('/');
  const usual = { method: 'GET', path: '/f', query: {}, headers: {}, body: '', ip: '192.0.2.1' } as const;
  return runPage(domain.runtime, purpose, token, { ...usual, ...asking });
};

/** What tests do with forms in a domain. */
export const fillingIn = (of: () => Domain) => {
  const createForm = (more: object = {}): Promise<AnyRow> => {
    const usual = { name: 'Contact', title: { es: 'Contacto', en: 'Contact' }, fields: contactFields, source: 'WEB' };
    return of().run<AnyRow>('createForm', { ...usual, ...more });
  };
  const linksOf = (form: AnyRow) =>
    of().run<{ page: string; script: string; snippet: string }>('formLinks', { id: form.id });
  /** Lets the clock run on. */
  const wait = (seconds: number): void => {
    of().clock.set(new Date(of().clock.now().getTime() + seconds * 1000).toISOString());
  };
  /** Opens the page of a form, waits as a person does, and sends it. */
  const fillIn = async (
    form: AnyRow,
    values: Readonly<Record<string, string>>,
    { seconds = 10, ...asking }: Asking & { readonly seconds?: number } = {},
  ) => {
    const { page } = await linksOf(form);
    const shown = await askPage(of(), page, asking);
    wait(seconds);
    const isEmbedded = asking.query?.['embed'] === '1';
    const html = isEmbedded ? (JSON.parse(String(shown.body)) as { html: string }).html : String(shown.body);
    const body = new URLSearchParams({ ...hiddenIn(html), ...values }).toString();
    const again = () => askPage(of(), page, { ...asking, method: 'POST', body });
    return { shown, answer: await again(), again };
  };
  const submissionsOf = async (form: AnyRow): Promise<readonly SubmissionRow[]> => {
    const entity = of().registry.entity('FormSubmission');
    const { rows } = await of().reader().data(entity).page('byForm', { of: form.id, first: 50 });
    return rows as unknown as readonly SubmissionRow[];
  };
  /** The one submission of a form. */
  const onlyOne = async (form: AnyRow): Promise<SubmissionRow> => {
    const [first, ...others] = await submissionsOf(form);
    if (!first || others.length > 0) throw new Error(`There are ${String(others.length)} more, or none.`);
    return first;
  };
  const read = async (id = ''): Promise<AnyRow | undefined> => (await of().reader().records([id])).get(id);
  return { createForm, linksOf, wait, fillIn, submissionsOf, onlyOne, read };
};
