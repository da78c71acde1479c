import { DomainError, mutation, optional, ref, versionInput } from '#kernel';
import { FormSubmission } from './form-submission.entity.ts';
import { makeNow } from './process.operations.ts';

const which = {
  id: ref('FormSubmission', { describes: 'Which one.' }),
  version: optional(versionInput),
};

export const retrySubmission = mutation('retrySubmission', {
  describes: 'Tries again to make something of a submission, after what stood in the way was put right.',
  needs: 'formSubmission.retry',
  input: which,
  returns: FormSubmission,
  fails: ['NOT_FAILED', 'NOT_MADE'],
  run: async ({ id }, context) => {
    const { status } = await context.data(FormSubmission).get(id);
    if (status !== 'FAILED') throw new DomainError('NOT_FAILED', `This submission is ${status}.`, ['id']);
    try {
      return await makeNow(context, id);
    } catch (error) {
      // What may go wrong is told by codes of other modules; this operation has one of its own.
      if (error instanceof DomainError) throw new DomainError('NOT_MADE', error.message, ['id']);
      throw error;
    }
  },
});

export const acceptSubmission = mutation('acceptSubmission', {
  describes: 'Takes for real what was taken for spam: something is made of it then, as of any other.',
  needs: 'formSubmission.accept',
  input: which,
  returns: FormSubmission,
  run: async ({ id }, context) => {
    const submission = await context.data(FormSubmission).get(id);
    return context.data(FormSubmission).move(submission, 'RECEIVED', { suspicion: null });
  },
});
