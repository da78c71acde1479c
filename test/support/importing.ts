// Files and imports over the public API of a running local cloud, as a client would use it.
import type { Caller, TestCloud } from './cloud.ts';

/** Asks, and fails with what was answered when there are errors. */
export const ask = async <Data>(
  cloud: TestCloud,
  query: string,
  variables: object = {},
  caller?: Caller,
): Promise<Data> => {
  const answer = await cloud.graphql<Data>(query, variables as Readonly<Record<string, unknown>>, caller);
  if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors ?? answer));
  return answer.data;
};

/** What a mutation answered. */
export type Done = Readonly<Record<string, unknown>> & {
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[];
};

/** Calls a mutation with `input`. */
export const act = async <Answer extends Done = Done>(
  cloud: TestCloud,
  name: string,
  input: object,
  selection = '',
  caller?: Caller,
): Promise<Answer> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation($input: ${type}!) { done: ${name}(input: $input) { ${selection} userErrors { code message path } } }`;
  return (await ask<{ done: Answer }>(cloud, query, { input }, caller)).done;
};

/** Calls a mutation that must succeed. */
export const succeed = async <Answer>(
  cloud: TestCloud,
  name: string,
  input: object,
  selection: string,
  caller?: Caller,
): Promise<Answer> => {
  const done = await act(cloud, name, input, selection, caller);
  if (done.userErrors.length > 0) throw new Error(`${name}: ${JSON.stringify(done.userErrors)}`);
  return done as Answer;
};

/** The codes that a mutation refuses with. */
export const codesOf = async (
  cloud: TestCloud,
  name: string,
  input: object,
  caller?: Caller,
): Promise<readonly string[]> => (await act(cloud, name, input, '', caller)).userErrors.map(({ code }) => code);

/** Sends a file through its signed URL. Answers its id. */
export const upload = async (
  cloud: TestCloud,
  name: string,
  body: Uint8Array | string,
  contentType = 'text/csv',
  caller?: Caller,
): Promise<string> => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const { file, uploadUrl, headers } = await succeed<{
    file: { id: string };
    uploadUrl: string;
    headers: readonly { name: string; value: string }[];
  }>(
    cloud,
    'startUpload',
    { name, contentType, size: bytes.length },
    'file { id } uploadUrl headers { name value }',
    caller,
  );
  const sent = await fetch(uploadUrl, {
    method: 'PUT',
    headers: Object.fromEntries(headers.map((header) => [header.name, header.value])),
    body: Buffer.from(bytes),
  });
  if (!sent.ok) throw new Error(`PUT answered ${String(sent.status)}: ${await sent.text()}`);
  await succeed(cloud, 'finishUpload', { id: file.id }, 'file { status }', caller);
  return file.id;
};

/** The bytes of a file as text. */
export const download = async (cloud: TestCloud, id: string): Promise<string> => {
  const { fileUrl } = await ask<{ fileUrl: { url: string } }>(cloud, 'query($id: ID!) { fileUrl(id: $id) { url } }', {
    id,
  });
  return (await fetch(fileUrl.url)).text();
};

/** A job as it stands. */
export type JobState = {
  readonly id: string;
  readonly status: string;
  readonly done: number;
  readonly total: number | null;
  readonly error: string | null;
  readonly counts: Readonly<Record<'created' | 'updated' | 'unchanged' | 'skipped' | 'failed', number>>;
};

/** Reads a job. */
export const readJob = async (cloud: TestCloud, id: string, caller?: Caller): Promise<JobState> =>
  (
    await ask<{ job: JobState }>(
      cloud,
      'query($id: ID!) { job(id: $id) { id status done total error counts { created updated unchanged skipped failed } } }',
      { id },
      caller,
    )
  ).job;

/** Waits until a job has ended, or `until` says that it is far enough. */
export const waitForJob = async (
  cloud: TestCloud,
  id: string,
  until = ({ status }: JobState): boolean => !['QUEUED', 'RUNNING'].includes(status),
  seconds = 180,
  caller?: Caller,
): Promise<JobState> => {
  const ends = Date.now() + seconds * 1000;
  for (;;) {
    const job = await readJob(cloud, id, caller);
    if (until(job)) return job;
    if (Date.now() > ends) throw new Error(`The job is still ${JSON.stringify(job)}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** What a dry run found. */
export type Findings = Readonly<Record<'create' | 'update' | 'unchanged' | 'skip' | 'fail', number>> & {
  readonly problems: readonly {
    readonly row: number;
    readonly column: string | null;
    readonly code: string;
    readonly message: string;
  }[];
};

/** A table as an import of the API, mapped. */
export const mapped = async (
  cloud: TestCloud,
  recordType: string,
  name: string,
  body: Uint8Array | string,
  plan: object = {},
): Promise<string> => {
  const file = await upload(cloud, name, body);
  const { import: made } = await succeed<{ import: { id: string } }>(
    cloud,
    'createImport',
    { recordType, file },
    'import { id }',
  );
  await succeed(cloud, 'mapImport', { id: made.id, ...plan }, 'import { status }');
  return made.id;
};

/** Tries an import. */
export const rehearse = async (cloud: TestCloud, id: string): Promise<Findings> => {
  const { job } = await succeed<{ job: { id: string } }>(cloud, 'validateImport', { id }, 'job { id }');
  const ended = await waitForJob(cloud, job.id);
  const read = await ask<{ import: { findings: Findings | null } }>(
    cloud,
    'query($id: ID!) { import(id: $id) { findings { create update unchanged skip fail problems { row column code message } } } }',
    { id },
  );
  if (!read.import.findings) throw new Error(`The dry run ended as ${JSON.stringify(ended)}.`);
  return read.import.findings;
};

/** Starts an import. Answers its job. */
export const begin = async (cloud: TestCloud, id: string): Promise<string> =>
  (await succeed<{ job: { id: string } }>(cloud, 'runImport', { id }, 'job { id }')).job.id;

/** Runs an import to its end. */
export const run = async (cloud: TestCloud, id: string): Promise<JobState> => waitForJob(cloud, await begin(cloud, id));
