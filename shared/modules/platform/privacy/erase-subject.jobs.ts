import { job, type Context } from '#kernel';
import { allResults } from '#modules/platform/jobs';
import { noteErasure } from './erasure-log.operations.ts';
import { forget, type Forgetting } from './forgetting.operations.ts';
import { ownRecords } from './person.operations.ts';
import { personErased, PrivacyRequest } from './privacy-request.entity.ts';
import { keepFor } from './traces.rules.ts';

type Given = { readonly request: string };

/** Forgets a person. A chunk that runs again finds less to do. */
export const eraseSubject = job<Given>('eraseSubject', {
  describes: 'Takes a person out of everything that the tenant keeps, but for what law keeps.',
  needs: 'privacyRequest.erase',
  chunk: async ({ request: id }, cursor, context) => {
    const { subject } = await context.trusted(PrivacyRequest).get(id);
    const own = await ownRecords(context, subject);
    const removed = async () =>
      (await allResults(context, context.jobId)).flatMap(({ code, record }) =>
        code === 'REMOVED' && record !== undefined ? [record] : [],
      );
    const at = cursor === undefined ? {} : (JSON.parse(cursor) as Forgetting);
    const { results, next } = await forget(context, { own, except: context.jobId, gone: removed }, at);
    return { results, ...(next && { next: JSON.stringify(next) }) };
  },
  finish: async ({ request: id }, context) => {
    const results = await allResults(context, context.jobId);
    // A record that speaks of the person in several versions was met several times.
    const of = (fate: string) => [
      ...new Set(results.flatMap(({ code, record }) => (code === fate && record !== undefined ? [record] : []))),
    ];
    const requests = context.trusted(PrivacyRequest);
    const report = { removed: of('REMOVED').length, cleaned: of('CLEANED').length, files: of('FILE').length };
    const request = await requests.get(id);
    await noteErasure(context, [request.subject, ...of('REMOVED')]);
    const told = { ...report, kept: keptIn(context, of('KEPT')) };
    if (request.status !== 'COMPLETED') requests.move(request, 'COMPLETED', told, { event: personErased });
    return report;
  },
});

/** What is kept, by kind and reason. */
const keptIn = (context: Context, kept: readonly string[]) =>
  [...Map.groupBy(kept, (record) => entityName(context, record))].map(([type, all]) => ({
    type,
    count: all.length,
    reason: keepFor(context.registry, type)?.reason ?? '',
  }));

const entityName = ({ registry }: Context, id: string): string =>
  registry.byPrefix.get(id.slice(0, id.indexOf('_')))?.name ?? '';
