import { date, DomainError, mutation, optional, recordInput, text } from '#kernel';
import { Invoice } from '#modules/billing/invoices';
import { announce } from './announce.operations.ts';
import { annulmentProblem } from './annulment.rules.ts';
import { sriDocument } from './document-model.operations.ts';
import { electronicCorrections, ElectronicDocument } from './electronic-document.entity.ts';
import { issuerOf, snapshotOf } from './issue-electronic.operations.ts';
import { RemissionGuide } from './remission-guide.entity.ts';

const which = recordInput('ElectronicDocument');

export const resendElectronicDocument = mutation('resendElectronicDocument', {
  describes:
    'Sends a document again that the SRI did not accept, once its cause is mended: signed anew with the data of the issuer as they are now, and with corrections of the buyer, under the same access key and number.',
  needs: 'electronicDocument.resend',
  input: { ...which, corrections: optional(electronicCorrections) },
  returns: ElectronicDocument,
  fails: ['NO_ISSUER'],
  run: async ({ id, corrections }, context) => {
    const documents = context.data(ElectronicDocument);
    const row = await documents.get(id);
    const issuer = await issuerOf(context);
    if (!issuer) throw new DomainError('NO_ISSUER', 'No issuer is active.', ['id']);
    if (issuer.ruc !== row.issuer.ruc || issuer.environment !== row.environment)
      throw new DomainError('BAD_INPUT', 'Its access key names another issuer or environment.', ['id']);
    const { establishmentAddress } = row.issuer;
    const changes = {
      issuer: { ...snapshotOf(issuer), ...(establishmentAddress !== undefined && { establishmentAddress }) },
      ...(corrections && { corrections: { ...row.corrections, ...corrections } }),
      tries: 0,
      waitingSince: null,
      lateAt: null,
      stepAt: context.clock.instant(),
    };
    const resent = documents.move(row, 'ISSUED', changes);
    // What is still wrong is said now, not by the SRI.
    await sriDocument(context, resent);
    context.afterCommit(() => announce(context, resent));
    return resent;
  },
});

export const recordSriAnnulment = mutation('recordSriAnnulment', {
  describes:
    'Notes that a document was annulled on the portal of the SRI, which has no service for it. Its number stays used. The invoice itself is voided by its own operation.',
  needs: 'electronicDocument.void',
  input: {
    ...which,
    annulledOn: date({ describes: 'The day on which it was annulled there.' }),
    reason: text({ min: 1, max: 300, describes: 'Why.' }),
  },
  returns: ElectronicDocument,
  fails: ['NOT_ANNULLABLE'],
  run: async ({ id, annulledOn, reason }, context) => {
    const row = await context.data(ElectronicDocument).get(id);
    const { issuedOn, invoice } = row;
    const isUnnamed = invoice !== undefined && (await context.trusted(Invoice).get(invoice)).buyer.isFinalConsumer;
    const problem = annulmentProblem({ issuedOn, isUnnamed }, annulledOn, context.clock.today());
    if (problem !== undefined) throw new DomainError('NOT_ANNULLABLE', problem, ['annulledOn']);
    if (row.guide !== undefined) {
      const guides = context.trusted(RemissionGuide);
      guides.move(await guides.get(row.guide), 'ANNULLED');
    }
    return context.data(ElectronicDocument).move(row, 'ANNULLED', { annulledOn, reason, stepAt: null });
  },
});
