import type { DraftOf } from '#kernel';
import type { ActivityType } from './activity-type.entity.ts';

type Draft = DraftOf<typeof ActivityType>;

const type = (
  key: string,
  kind: Draft['kind'] & string,
  es: string,
  en: string,
  minutes: number,
  needsResult = false,
): Draft => ({
  key,
  kind,
  name: { es, en },
  minutes,
  needsResult,
});

/** The kinds of work that a new tenant starts with. */
export const defaultActivityTypes: readonly Draft[] = [
  type('CALL', 'CALL', 'Llamada', 'Call', 15, true),
  type('EMAIL', 'EMAIL', 'Correo', 'E-mail', 10),
  type('VISIT', 'VISIT', 'Visita', 'Visit', 60, true),
  type('MEETING', 'MEETING', 'Reunión', 'Meeting', 60, true),
  type('TASK', 'TASK', 'Tarea', 'Task', 30),
  type('DOCUMENTS', 'DOCUMENTS', 'Envío de documentación', 'Sending documents', 15),
  type('PRESENTATION', 'PRESENTATION', 'Presentación', 'Presentation', 60, true),
];
