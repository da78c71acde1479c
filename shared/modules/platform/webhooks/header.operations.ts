import { list, mutation, object, problemsError, recordInput, text } from '#kernel';
import { headerProblems, headersByName } from './header.rules.ts';
import { keepHeaders } from './webhook-secrets.operations.ts';
import { WebhookEndpoint } from './webhook-endpoint.entity.ts';

const headerFields = {
  name: text({
    max: 60,
    describes: 'Its name: `x-api-key`. Those of webhooks, of the body and of the connection are ours.',
  }),
  value: text({ max: 1000, sensitive: true, describes: 'What it says.' }),
};

export const setWebhookHeaders = mutation('setWebhookHeaders', {
  describes:
    'Says with which headers of its own an endpoint is called, instead of those before: what a gateway asks for before it lets a call through. Their values are shown to nobody, and are forgotten when it is called at another host.',
  needs: 'webhookEndpoint.update',
  input: {
    ...recordInput('WebhookEndpoint'),
    headers: list(object('WebhookHeader', headerFields), { max: 10, describes: 'All of them; none takes them away.' }),
  },
  returns: WebhookEndpoint,
  fails: ['HEADER_REFUSED'],
  run: async ({ id, headers }, context) => {
    const problems = headerProblems(headers);
    if (problems.length > 0) throw problemsError(problems);
    const endpoints = context.data(WebhookEndpoint);
    const row = await endpoints.get(id);
    const byName = headersByName(headers);
    await keepHeaders(context, id, byName);
    return endpoints.update(row, { headerNames: Object.keys(byName) });
  },
});
