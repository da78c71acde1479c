import type { Context } from '#kernel';
import { tellSupervisors, type NotificationKind } from '#modules/platform/notifications';
import type { ElectronicDocumentRow, ElectronicMessage } from './electronic-document.entity.ts';

/** What people are told about electronic documents. */
export const electronicNotices: readonly NotificationKind[] = [
  {
    key: 'electronic.trouble',
    label: { es: 'Comprobantes que el SRI no acepta', en: 'Documents that the SRI does not accept' },
    usual: 'MAIL',
  },
  {
    key: 'electronic.waiting',
    label: { es: 'El SRI no responde', en: 'The SRI does not answer' },
    usual: 'MAIL',
  },
  {
    key: 'sri.certificate',
    label: { es: 'Vencimiento de la firma electrónica', en: 'End of the signing certificate' },
    usual: 'MAIL',
  },
];

/** Tells of a document that goes no further by itself. */
export const tellOfTrouble = (
  context: Context,
  { id, number }: ElectronicDocumentRow,
  messages: readonly ElectronicMessage[],
): Promise<void> => {
  const why = messages.map(({ code, text, more }) => [code, text, more].filter(Boolean).join(' ')).join('\n');
  return tellSupervisors(context, {
    kind: 'electronic.trouble',
    title: { es: `El comprobante ${number} necesita atención`, en: `Document ${number} needs attention` },
    body: { es: why, en: why },
    about: id,
  });
};

/** Tells that the SRI has not been reached for long. */
export const tellOfWaiting = (context: Context, { id, number }: ElectronicDocumentRow): Promise<void> =>
  tellSupervisors(context, {
    kind: 'electronic.waiting',
    title: {
      es: `El SRI no recibe el comprobante ${number} desde hace dos horas`,
      en: `The SRI has not taken document ${number} for two hours`,
    },
    body: { es: 'Se sigue intentando.', en: 'It is tried on.' },
    about: id,
  });
