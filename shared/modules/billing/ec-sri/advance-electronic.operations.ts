// What is next for an electronic document: it is signed, handed in, asked for. Each step may run any number of times, and may die
// anywhere: the SRI knows a document by its key, and what was decided is written once, with the mail that tells of it.
import { DomainError, type Actor, type Context } from '#kernel';
import type { Runtime } from '#kernel/context';
import { workAs } from '#kernel/work';
import { fileKey, storeFile } from '#modules/platform/files';
import { announce, type ElectronicStep } from './announce.operations.ts';
import { authorise } from './authorised.operations.ts';
import { signingCertificate } from './certificate.operations.ts';
import { sriDocument } from './document-model.operations.ts';
import { documentXml } from './document-xml.rules.ts';
import {
  ElectronicDocument,
  type ElectronicDocumentRow,
  type ElectronicMessage,
} from './electronic-document.entity.ts';
import { afterAuthorisation, afterReception, afterSilence, isLate, type Next } from './electronic-states.rules.ts';
import { issuerOf } from './issue-electronic.operations.ts';
import { tellOfTrouble, tellOfWaiting } from './notices.operations.ts';
import { ecuadorTime, sha256Of } from './signing.rules.ts';
import type { SriMessage } from './soap.rules.ts';
import { askDecision, handIn } from './sri-services.operations.ts';
import { signXades } from './xades.rules.ts';

const what = 'advanceElectronic';
/** A document is signed and handed in by one message. */
const mostSteps = 2;

/** Does what is due for a document; what is not due yet has another message or its timer. */
export const advanceElectronic = async (runtime: Runtime, { tenant, document }: ElectronicStep): Promise<void> => {
  const actor = await runtime.actorFor(tenant, what);
  for (let step = 0; step < mostSteps; step += 1) {
    const row = await workAs(runtime, actor, what, ({ trusted }) => trusted(ElectronicDocument).find(document));
    if (!row || !isDue(row, runtime.clock.now())) return;
    if (row.status === 'ISSUED') await sign({ runtime, actor }, row);
    else if (row.status === 'SIGNED') await send({ runtime, actor }, row);
    else if (row.status === 'RECEIVED') await ask({ runtime, actor }, row);
  }
};

type At = { readonly runtime: Runtime; readonly actor: Actor };

const isDue = ({ stepAt }: ElectronicDocumentRow, now: Date): boolean =>
  stepAt !== undefined && Date.parse(stepAt) <= now.getTime();

/** Writes what a step came to, unless somebody else was faster. */
const note = (
  { runtime, actor }: At,
  seen: ElectronicDocumentRow,
  write: (row: ElectronicDocumentRow, context: Context) => Promise<unknown>,
): Promise<void> =>
  workAs(runtime, actor, what, async (context) => {
    const row = await context.trusted(ElectronicDocument).get(seen.id);
    if (row.status === seen.status && row.stepAt === seen.stepAt) await write(row, context);
  });

const sign = (at: At, seen: ElectronicDocumentRow): Promise<void> =>
  note(at, seen, async (row, context) => {
    try {
      const signed = await signedXml(context, row);
      const { id: xml } = await storeFile(context, {
        name: `${row.accessKey}.xml`,
        contentType: 'application/xml',
        body: signed,
        record: row.id,
      });
      const now = context.clock.instant();
      const changes = { xml, xmlSha256: sha256Of(signed), signedAt: now, tries: 0, waitingSince: now, stepAt: now };
      context.trusted(ElectronicDocument).move(row, 'SIGNED', changes);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await stop(context, row, [{ code: error.code, text: error.message, type: 'ERROR' }]);
    }
  });

const signedXml = async (context: Context, row: ElectronicDocumentRow): Promise<string> => {
  const issuer = await issuerOf(context);
  if (!issuer) throw new DomainError('NO_ISSUER', 'The issuer is not active any more.');
  const certificate = await signingCertificate(context, issuer);
  const xml = documentXml(await sriDocument(context, row));
  return signXades(xml, { certificate, signedAt: ecuadorTime(context.clock.now()), id: row.accessKey });
};

const send = async (at: At, seen: ElectronicDocumentRow): Promise<void> => {
  const { runtime, actor } = at;
  const bytes = seen.xml && (await runtime.ports.files.get(fileKey(actor.tenant, seen.xml)));
  if (!bytes) throw new Error(`The signed bytes of ${seen.id} are not there.`);
  const answer = await answered(at, seen, () =>
    handIn(runtime.ports.web, seen.environment, Buffer.from(bytes).toString()),
  );
  await note(at, seen, (row, context) => {
    const next = answer ? afterReception(answer, row.tries) : afterSilence('SIGNED', row.tries, waited(row, context));
    return goOn(context, row, next, answer?.messages ?? silence);
  });
};

const ask = async (at: At, seen: ElectronicDocumentRow): Promise<void> => {
  const answer = await answered(at, seen, () => askDecision(at.runtime.ports.web, seen.environment, seen.accessKey));
  await note(at, seen, (row, context) => {
    if (answer?.state === 'AUTHORIZED') return authorise(context, row, answer, said(answer.messages, context));
    const next = answer
      ? afterAuthorisation(answer, row.tries, waited(row, context))
      : afterSilence('RECEIVED', row.tries, waited(row, context));
    return goOn(context, row, next, answer?.messages ?? silence);
  });
};

const silence: readonly SriMessage[] = [{ code: 'NO_ANSWER', text: 'The SRI did not answer.', type: 'ERROR' }];

/** What the SRI answered; undefined when nobody did, or somebody else. */
const answered = async <Answer>(
  { runtime }: At,
  { id }: ElectronicDocumentRow,
  call: () => Promise<Answer>,
): Promise<Answer | undefined> => {
  try {
    return await call();
  } catch (error) {
    runtime.log.warn('The SRI did not answer.', { document: id, error: String(error) });
    return undefined;
  }
};

const waited = ({ waitingSince }: ElectronicDocumentRow, { clock }: Pick<Context, 'clock'>): number =>
  waitingSince === undefined ? 0 : (clock.now().getTime() - Date.parse(waitingSince)) / 1000;

const said = (messages: readonly SriMessage[], { clock }: Pick<Context, 'clock'>): readonly ElectronicMessage[] =>
  messages.slice(0, 50).map(({ code, text, type, more }) => ({
    code: code.slice(0, 20),
    text: text.slice(0, 1000),
    type: type.slice(0, 40),
    ...(more !== undefined && { more: more.slice(0, 2000) }),
    at: clock.instant(),
  }));

/** To the next state, or the same one again in a while. */
const goOn = async (
  context: Context,
  row: ElectronicDocumentRow,
  { state, afterSeconds }: Next,
  messages: readonly SriMessage[],
): Promise<void> => {
  if (afterSeconds === undefined) return stop(context, row, messages, state === 'NOT_AUTHORIZED' ? state : undefined);
  const now = context.clock.instant();
  const stepAt = new Date(Date.parse(now) + afterSeconds * 1000).toISOString();
  const documents = context.trusted(ElectronicDocument);
  const changes = { messages: said(messages, context), stepAt };
  if (state === row.status) {
    const isTold = row.lateAt === undefined && state === 'SIGNED' && isLate(waited(row, context));
    if (isTold) await tellOfWaiting(context, row);
    const again = { ...changes, tries: row.tries + 1, ...(isTold && { lateAt: now }) };
    announceLater(context, documents.update(row, again, { aside: true }));
  } else announceLater(context, documents.move(row, state, { ...changes, tries: 0, waitingSince: now }));
};

const announceLater = (context: Context, row: ElectronicDocumentRow): void => {
  context.afterCommit(() => announce(context, row));
};

/** It goes no further by itself: somebody is told. */
const stop = async (
  context: Context,
  row: ElectronicDocumentRow,
  messages: readonly SriMessage[],
  state: 'NOT_AUTHORIZED' | 'NEEDS_ATTENTION' = 'NEEDS_ATTENTION',
): Promise<void> => {
  const kept = said(messages, context);
  context.trusted(ElectronicDocument).move(row, state, { messages: kept, stepAt: null });
  await tellOfTrouble(context, row, kept);
};
