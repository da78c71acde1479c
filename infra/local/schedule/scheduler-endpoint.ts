// EventBridge Scheduler as the SDK speaks it: one-shots are made, read and deleted.
import type { ServerResponse } from 'node:http';
import { answerJson, readBody, urlOf, type Answer } from '../listen.ts';
import { functionOfArn, functionArn } from '../names.ts';
import type { OneShot, OneShots } from './one-shots.ts';

type Input = Readonly<Record<string, unknown>>;

const bodyLimit = 512 * 1024;

/** Serves `<path>/schedules/<name>`. */
export function schedulerEndpoint(oneShots: OneShots, path: string): Answer {
  return async (request, response) => {
    const url = urlOf(request);
    const name = decodeURIComponent(/^\/schedules\/([^/]+)$/.exec(url.pathname.slice(path.length))?.[1] ?? '');
    const group = url.searchParams.get('groupName') ?? 'default';
    if (request.method === 'POST') {
      const text = (await readBody(request, bodyLimit)).toString();
      return create(response, oneShots, name, JSON.parse(text) as Input);
    }
    if (request.method === 'DELETE') {
      return oneShots.delete(group, name) ? answerJson(response, 200, {}) : answerMissing(response, name);
    }
    const found = oneShots.get(group, name);
    return found ? answerJson(response, 200, found) : answerMissing(response, name);
  };
}

const create = (response: ServerResponse, oneShots: OneShots, name: string, input: Input): void => {
  const oneShot = toOneShot(name, input);
  if (typeof oneShot === 'string') return answerError(response, 400, 'ValidationException', oneShot);
  if (!oneShots.create(oneShot))
    return answerError(response, 409, 'ConflictException', `Schedule ${name} already exists.`);
  answerJson(response, 200, { ScheduleArn: arnOf(oneShot) });
};

/** The schedule, or what is wrong with it. */
const toOneShot = (name: string, input: Input): OneShot | string => {
  const { Arn, Input: text } = (input['Target'] ?? {}) as { readonly Arn?: unknown; readonly Input?: unknown };
  const group = typeof input['GroupName'] === 'string' ? input['GroupName'] : 'default';
  const [, moment] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(String(input['ScheduleExpression'])) ?? [];
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) return 'A name has 1 to 64 letters, digits, - _ and dots.';
  if (!moment) return 'The local cloud takes at(yyyy-mm-ddThh:mm:ss) only; recurring schedules are in infra/wiring.ts.';
  if ((input['ScheduleExpressionTimezone'] ?? 'UTC') !== 'UTC') return 'The local cloud takes schedules in UTC only.';
  if (typeof Arn !== 'string' || !Arn.startsWith(functionArn('')))
    return 'The target is no function of this deployment.';
  const request = { ...input, Name: name, GroupName: group, State: 'ENABLED' };
  const oneShot = {
    group,
    name,
    dueAt: Date.parse(`${moment}Z`),
    functionName: functionOfArn(Arn),
    input: jsonOf(text),
    request,
  };
  return { ...oneShot, request: { ...request, Arn: arnOf(oneShot) } };
};

const arnOf = ({ group, name }: { readonly group: string; readonly name: string }): string =>
  functionArn('')
    .replace(':lambda:', ':scheduler:')
    .replace(/function:.*/, `schedule/${group}/${name}`);

const jsonOf = (text: unknown): unknown => (typeof text === 'string' ? (JSON.parse(text) as unknown) : {});

const answerMissing = (response: ServerResponse, name: string): void => {
  answerError(response, 404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
};

const answerError = (response: ServerResponse, status: number, type: string, message: string): void => {
  response.setHeader('x-amzn-errortype', type);
  answerJson(response, status, { Message: message });
};
