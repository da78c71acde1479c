import type { NotificationKind } from '#modules/platform/notifications';

/** The kind of what workflows tell people. */
export const workflowNotice = 'workflow.notice';
/** The kind of what is told when a run fails. */
export const failureNotice = 'workflow.failed';

/** What people are told by workflows, and about them. */
export const workflowNotices: readonly NotificationKind[] = [
  { key: workflowNotice, label: { es: 'Avisos de procesos', en: 'Notices of workflows' }, usual: 'IN_APP' },
  { key: failureNotice, label: { es: 'Procesos que fallan', en: 'Workflows that fail' }, usual: 'DIGEST' },
];
