import { module } from '#kernel';
import { notificationKinds, type NotificationKind } from '#modules/platform/notifications';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import {
  editTeamMessage,
  mentionedKind,
  postTeamMessage,
  removeTeamMessage,
  saidKind,
  teamChat,
} from './team-chat.operations.ts';
import { TeamMessage } from './team-message.entity.ts';

export { TeamMessage, type TeamMessageRow } from './team-message.entity.ts';

const kinds: readonly NotificationKind[] = [
  { key: mentionedKind, label: { es: 'Menciones de colegas', en: 'Mentions by colleagues' }, usual: 'MAIL' },
  { key: saidKind, label: { es: 'Conversaciones internas', en: 'Talk among colleagues' }, usual: 'IN_APP' },
];

/** What was said about a person alone goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [{ of: TeamMessage.name, field: 'record' }];

/** Talk among colleagues, on any record. */
export const teamTalk = module('engagement/team-chat', {
  entities: [TeamMessage],
  operations: [postTeamMessage, editTeamMessage, removeTeamMessage, teamChat],
  contributes: { [notificationKinds]: kinds, [privacyBelongings]: ofPeople },
});
