import { module } from '#kernel';
import { privacyBelongings } from '#modules/platform/privacy';
import { noticeSources } from '#modules/platform/realtime';
import { doFromCall } from './call-actions.operations.ts';
import { callDesk } from './call-desk.operations.ts';
import { callStatistics } from './call-statistics.operations.ts';
import { callTotals } from './call-totals.projections.ts';
import { CallScript } from './call-script.entity.ts';
import { startCall } from './dial.operations.ts';
import { DialledCall } from './dialled-call.entity.ts';
import { callActions } from './extension-points.rules.ts';
import { phoneHook } from './hook-page.operations.ts';
import { phoneLineHook, setPhoneLineSecrets } from './line-secrets.operations.ts';
import { notePhoneCall } from './note-call.operations.ts';
import { callNotices } from './notices.rules.ts';
import { tendCall } from './overdue.operations.ts';
import { makeAppointment, noteContact } from './own-actions.operations.ts';
import { PhoneCall } from './phone-call.entity.ts';
import { PhoneLine, PhoneLineSecret } from './phone-line.entity.ts';
import { callRecording, deleteCallRecording, fetchCallRecording } from './recording.operations.ts';

export {
  callActions,
  callerFinders,
  callOutcomes,
  type CallAction,
  type CallerFinder,
  type CallOutcome,
} from './extension-points.rules.ts';
export { callerIn } from './callers.operations.ts';
export { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';

/** Calls on the telephone: the exchange tells of them and dials, the screen opens, work and recordings are kept. */
export const calls = module('engagement/calls', {
  entities: [PhoneLine, PhoneLineSecret, PhoneCall, CallScript, DialledCall],
  operations: [
    setPhoneLineSecrets,
    phoneLineHook,
    startCall,
    notePhoneCall,
    callDesk,
    doFromCall,
    callRecording,
    deleteCallRecording,
    callStatistics,
  ],
  timers: [tendCall],
  rollups: [callTotals],
  jobs: [fetchCallRecording],
  pages: [phoneHook],
  contributes: {
    [noticeSources]: [callNotices],
    [callActions]: [makeAppointment, noteContact],
    // With whom one spoke goes with that person, and what was recorded with the call.
    [privacyBelongings]: ['contact', 'about'].map((field) => ({ of: PhoneCall.name, field })),
    'role-grants': [
      { roles: ['manager', 'seller', 'support'], withholds: ['phoneLine.configure'] },
      { roles: ['seller', 'support'], withholds: ['phoneCall.unrecord'] },
    ],
  },
});
