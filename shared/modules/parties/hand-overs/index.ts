import { module } from '#kernel';
import { notificationKinds } from '#modules/platform/notifications';
import { privacyBelongings } from '#modules/platform/privacy';
import {
  acceptHandOver,
  declineHandOver,
  handOverExpires,
  myHandOverRequests,
  withdrawHandOver,
} from './answer.operations.ts';
import { askForHandOver } from './ask.operations.ts';
import { findParties, handOverFinders } from './finders.operations.ts';
import { HandOverRequest } from './hand-over.entity.ts';
import { handOverNotices } from './notices.rules.ts';

export { handOverFinders, type HandOverFinder } from './finders.operations.ts';

/** Asking for what somebody else already handles, with one call and an answer. */
export const handOvers = module('parties/hand-overs', {
  entities: [HandOverRequest],
  operations: [askForHandOver, acceptHandOver, declineHandOver, withdrawHandOver, myHandOverRequests],
  timers: [handOverExpires],
  contributes: {
    [handOverFinders]: [findParties],
    [notificationKinds]: handOverNotices,
    [privacyBelongings]: [{ of: HandOverRequest.name, field: 'record' }],
  },
});
