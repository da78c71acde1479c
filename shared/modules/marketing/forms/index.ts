import { module } from '#kernel';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import type { RoleGrant } from '#modules/platform/roles';
import { agreementPage } from './agreement-page.operations.ts';
import { confirmPage } from './confirm-page.operations.ts';
import { formOutcomes } from './extension-points.rules.ts';
import { Form } from './form.entity.ts';
import { createForm, formFillings, formLinks, updateForm } from './form.operations.ts';
import { formTemplates } from './form-mails.operations.ts';
import { formPage, formScript } from './form-page.operations.ts';
import { FormSubmission } from './form-submission.entity.ts';
import { ownOutcomes } from './outcomes.operations.ts';
import { acceptSubmission, retrySubmission } from './submission.operations.ts';
import { confirmationEnds, makeOfSubmissions } from './submission.reactions.ts';

export { formOutcomes, type FormOutcome, type Made, type SentForm } from './extension-points.rules.ts';
export { personFillings, personIn } from './filling.rules.ts';
export { Form, type FormRow } from './form.entity.ts';
export { FormSubmission, originField, type SubmissionRow } from './form-submission.entity.ts';
export { cut, originOf } from './origin.rules.ts';
export { acceptedFor, contactOfSender, knownSender } from './people.operations.ts';
export { visitorCookie } from './snippet.rules.ts';

/** What somebody sent goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = ['email', 'phone', 'lead', 'contact'].map((field) => ({
  of: FormSubmission.name,
  field,
}));

/** Forms are the tenant's; sellers see what those sent whom they handle. */
const grants: readonly RoleGrant[] = [
  { roles: ['manager'], grants: ['formSubmission.retry', 'formSubmission.accept'] },
  {
    roles: ['seller', 'support'],
    entities: { Form: { create: 'none', read: 'all', update: 'none', archive: 'none' } },
  },
];

/** Forms on the web: pages and snippets, what people send, and what is made of it. */
export const forms = module('marketing/forms', {
  entities: [Form, FormSubmission],
  operations: [createForm, updateForm, formLinks, formFillings, retrySubmission, acceptSubmission],
  reactions: [makeOfSubmissions],
  timers: [confirmationEnds],
  pages: [formPage, formScript, confirmPage, agreementPage],
  contributes: {
    [formOutcomes]: ownOutcomes,
    [privacyBelongings]: ofPeople,
    'mail-templates': formTemplates,
    'role-grants': grants,
  },
});
