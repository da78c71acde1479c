import { module } from '#kernel';
import { notificationKinds } from '#modules/platform/notifications';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import { activityOfSequence } from './activity-extension.rules.ts';
import { enrolMany, enrolRecords } from './enrol.jobs.ts';
import { enrol } from './enrol.operations.ts';
import { Enrolment } from './enrolment.entity.ts';
import { pauseEnrolment, resumeEnrolment, stopEnrolment } from './enrolment.operations.ts';
import { followWork, sequenceNotifications, wake } from './enrolment.reactions.ts';
import { repliesPoint } from './extension-points.rules.ts';
import { sequenceProgress } from './progress.operations.ts';
import { enrolmentTotals } from './progress.projections.ts';
import { Sequence, SequenceEdition } from './sequence.entity.ts';
import { createSequence, stepKinds, updateSequence } from './sequence.operations.ts';
import { followSignals, inboundMail, inboundWork } from './signals.reactions.ts';

export { Work, type WorkRow } from './activity-extension.rules.ts';
export { Enrolment, type EnrolmentRow } from './enrolment.entity.ts';
export { repliesPoint, stepKindsPoint, type Reply, type StepKind } from './extension-points.rules.ts';
export { startedBy } from './known.operations.ts';
export { progressOf } from './progress.operations.ts';
export { Sequence, SequenceEdition, type SequenceRow, type Step } from './sequence.entity.ts';

/** What was planned for a person alone goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [{ of: Enrolment.name, field: 'record' }];

/** Sequences: plans of work that records are taken through, step by step. */
export const sequences = module('engagement/sequences', {
  entities: [Sequence, SequenceEdition, Enrolment],
  extensions: [{ of: 'Activity', fields: activityOfSequence }],
  operations: [
    createSequence,
    updateSequence,
    stepKinds,
    enrol,
    enrolMany,
    pauseEnrolment,
    resumeEnrolment,
    stopEnrolment,
    sequenceProgress,
  ],
  jobs: [enrolRecords],
  reactions: [followWork, followSignals],
  rollups: [enrolmentTotals],
  timers: [wake],
  contributes: {
    [notificationKinds]: sequenceNotifications,
    [repliesPoint]: [inboundWork, inboundMail],
    [privacyBelongings]: ofPeople,
  },
});
