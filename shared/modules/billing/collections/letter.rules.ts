// The letters as customers read them, in Spanish or English.
import type { Locale, Money } from '#kernel';
import type { DocumentModel } from '#modules/platform/pdf';
import type { DunningLetterRow } from './dunning-letter.entity.ts';

type Wording = { readonly title: string; readonly text: string };

const letters: Readonly<Record<Locale, readonly Wording[]>> = {
  es: [
    { title: 'Recordatorio de pago', text: 'Le recordamos que los siguientes documentos vencen en estos días.' },
    {
      title: 'Aviso de pago',
      text: 'Los siguientes documentos han vencido. Si ya los pagó, no tome en cuenta este aviso.',
    },
    {
      title: 'Segundo aviso de pago',
      text: 'Los siguientes documentos siguen pendientes. Le pedimos que los pague en estos días.',
    },
    {
      title: 'Tercer aviso de pago',
      text: 'A pesar de nuestros avisos, los siguientes documentos siguen pendientes. Nos comunicaremos con usted para acordar el pago.',
    },
    {
      title: 'Último aviso de pago',
      text: 'Este es nuestro último aviso. Mientras los siguientes documentos sigan pendientes no podremos atender nuevos pedidos.',
    },
    {
      title: 'Traslado a cobro judicial',
      text: 'Los siguientes documentos pasan a cobro judicial, cuyos costos quedarán a su cargo.',
    },
  ],
  en: [
    { title: 'Payment reminder', text: 'May we remind you that the following documents fall due these days.' },
    {
      title: 'Payment notice',
      text: 'The following documents are overdue. If you have already paid them, please disregard this notice.',
    },
    {
      title: 'Second payment notice',
      text: 'The following documents are still unpaid. Please pay them in the next few days.',
    },
    {
      title: 'Third payment notice',
      text: 'In spite of our notices the following documents are still unpaid. We will call you to agree on payment.',
    },
    {
      title: 'Final payment notice',
      text: 'This is our final notice. While the following documents are unpaid we cannot accept further orders.',
    },
    {
      title: 'Referral to debt collection',
      text: 'The following documents are being referred to debt collection, at your cost.',
    },
  ],
};

const wordings = {
  es: {
    for: 'Para',
    number: 'Documento',
    due: 'Vence',
    open: 'Pendiente',
    interest: 'Intereses',
    fee: 'Gastos de cobro',
    total: 'Total',
  },
  en: {
    for: 'To',
    number: 'Document',
    due: 'Due',
    open: 'Owed',
    interest: 'Interest',
    fee: 'Collection fee',
    total: 'Total',
  },
} as const;

const letterOf = (level: number, locale: Locale): Wording => {
  const known = letters[locale];
  return known[Math.min(level, known.length - 1)] ?? { title: '', text: '' };
};

/** What a letter of a level is called. */
export const titleOf = (level: number, locale: Locale): string => letterOf(level, locale).title;

/** The document of a letter. */
export const letterDocument = (
  { level, sentOn, lines, total, fee }: Pick<DunningLetterRow, 'level' | 'sentOn' | 'lines' | 'total' | 'fee'>,
  to: { readonly name: string; readonly lines: readonly string[] },
  { locale, madeAt }: { readonly locale: Locale; readonly madeAt: string },
): DocumentModel => {
  const words = wordings[locale];
  const { title, text } = letterOf(level, locale);
  const hasInterest = lines.some(({ interest }) => interest !== undefined && interest.minor > 0);
  const cells = (money: Money | undefined) => (money === undefined ? '' : { money });
  return {
    title,
    madeAt,
    facts: [{ label: locale === 'es' ? 'Fecha' : 'Date', value: { day: sentOn } }],
    parties: [{ heading: words.for, ...to }],
    sections: [
      { text },
      {
        table: {
          columns: [
            { label: words.number, weight: 3 },
            { label: words.due, weight: 2.4 },
            { label: words.open, align: 'right', weight: 1.5 },
            ...(hasInterest ? [{ label: words.interest, align: 'right' as const, weight: 1.5 }] : []),
          ],
          rows: lines.map(({ number, dueOn, open, interest }) => [
            number,
            { day: dueOn },
            { money: open },
            ...(hasInterest ? [cells(interest)] : []),
          ]),
          totals: [
            ...(fee === undefined ? [] : [{ label: words.fee, value: { money: fee } }]),
            ...total.map((money) => ({ label: words.total, value: { money }, isTotal: true })),
          ],
        },
      },
    ],
  };
};

const mailOf = (locale: Locale, greeting: string, closing: string) => (level: number) => {
  const { title, text } = letterOf(level, locale);
  return {
    subject: `${title}: {{ company }}`,
    body: `<p>${greeting} {{ name }}:</p><p>${text}</p>
<ul>{% for each in lines %}<li>{{ each.number }} ({{ each.dueOn }}): {{ each.open | money }}</li>{% endfor %}</ul>
<p>${closing}</p>`,
  };
};
const spanish = mailOf('es', 'Hola', 'Adjuntamos el detalle.');
const english = mailOf('en', 'Hello', 'Please find the details attached.');

/** What customers who owe read; a tenant's own template of the same key replaces it. */
export const dunningTemplates = letters.es.map((_letter, level) => ({
  key: `dunning-${String(level)}`,
  es: spanish(level),
  en: english(level),
}));
