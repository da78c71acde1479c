import type { Notice, NotificationKind } from '#modules/platform/notifications';

type Said = Pick<Notice, 'kind' | 'title' | 'body'>;

/** Kinds of notifications about requests to hand over. */
export const handOverNotices: readonly NotificationKind[] = [
  {
    key: 'handOver.asked',
    label: { es: 'Alguien pide un registro suyo', en: 'Somebody asks for a record of yours' },
    usual: 'MAIL',
  },
  {
    key: 'handOver.answered',
    label: { es: 'Respuesta a lo que usted pidió', en: 'Answer to what you asked for' },
    usual: 'MAIL',
  },
];

/** For those who may answer. */
export const askedNotice = (asker: string, record: string, reason: string): Said => ({
  kind: 'handOver.asked',
  title: { es: `${asker} pide hacerse cargo de ${record}`, en: `${asker} asks to look after ${record}` },
  body: { es: reason, en: reason },
});

const outcomes = {
  ACCEPTED: { es: 'Lo que pidió está ahora a su cargo', en: 'What you asked for is yours to look after now' },
  DECLINED: { es: 'Lo que pidió sigue a cargo de quien lo lleva', en: 'What you asked for stays with its owner' },
  EXPIRED: { es: 'Nadie respondió a tiempo a lo que pidió', en: 'Nobody answered in time to what you asked for' },
} as const;

/** For whoever asked. */
export const answeredNotice = (outcome: keyof typeof outcomes, answer?: string): Said => ({
  kind: 'handOver.answered',
  title: outcomes[outcome],
  ...(answer !== undefined && { body: { es: answer, en: answer } }),
});
