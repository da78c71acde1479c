import { reaction, timer } from '#kernel';
import { FormSubmission } from './form-submission.entity.ts';
import { processSubmission } from './process.operations.ts';

/** Visitors wait for their answer only until a submission is kept; what it leads to follows. */
export const makeOfSubmissions = reaction('makeOfSubmissions', {
  describes: 'Makes of submissions of forms what their forms say: leads, contacts, cases, and proofs of consent.',
  on: ['formSubmission.submitted'],
  run: ({ record }, context) => processSubmission(context, record.id),
});

/** What nobody confirms in time is made nothing of. */
export const confirmationEnds = timer(FormSubmission, {
  describes: 'Ends the time in which a submission can be confirmed by mail.',
  run: (submission, { trusted }) => {
    trusted(FormSubmission).move(submission, 'EXPIRED');
    return Promise.resolve();
  },
});
