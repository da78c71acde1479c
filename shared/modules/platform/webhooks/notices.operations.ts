import type { Context } from '#kernel';
import { tellSupervisors, type NotificationKind, type Words } from '#modules/platform/notifications';
import type { WebhookEndpointRow } from './webhook-endpoint.entity.ts';

/** What people are told about webhooks. */
export const webhookNotices: readonly NotificationKind[] = [
  {
    key: 'webhook.disabled',
    label: { es: 'Webhooks que se desactivan solos', en: 'Webhooks that are switched off by themselves' },
    usual: 'MAIL',
  },
];

const reasons: Readonly<Record<'FAILING' | 'GONE' | 'MAKER_LEFT' | 'SECRET_LOST', Words>> = {
  FAILING: {
    es: 'Durante cinco días no aceptó nada. Cuando funcione, actívelo: continúa donde quedó.',
    en: 'It has accepted nothing for five days. Enable it when it works: it goes on where it stopped.',
  },
  GONE: { es: 'Respondió que ya no existe (410).', en: 'It answered that it exists no more (410).' },
  MAKER_LEFT: {
    es: 'Quien lo creó ya no tiene acceso. Cree uno nuevo.',
    en: 'Who made it has no access any more. Make another one.',
  },
  SECRET_LOST: {
    es: 'Su secreto no se abre aquí. Cámbielo y active el webhook.',
    en: 'Its secret does not open here. Replace it and enable the webhook.',
  },
};

/** Tells those who look after the tenant that an endpoint is called no more. */
export const tellOfDisabled = (
  context: Context,
  { id, name }: WebhookEndpointRow,
  because: keyof typeof reasons,
): Promise<void> =>
  tellSupervisors(context, {
    kind: 'webhook.disabled',
    title: { es: `El webhook ${name} se desactivó`, en: `The webhook ${name} was switched off` },
    body: reasons[because],
    about: id,
  });
