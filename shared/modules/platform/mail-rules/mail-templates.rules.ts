import type { BuiltInTemplate } from '#modules/platform/mail-out';

const rows = '<ul>{% for record in records %}<li>{{ record.title }}</li>{% endfor %}</ul>';

/** The list that a rule sends at fixed times, where the tenant has no words of its own. */
export const ruleTemplates: readonly BuiltInTemplate[] = [
  {
    key: 'rule-digest',
    es: {
      subject: '{{ rule }}: {{ count }}',
      body: `<p>Hola, {{ name }}:</p>${rows}{% if more %}<p>Y otros más.</p>{% endif %}`,
    },
    en: {
      subject: '{{ rule }}: {{ count }}',
      body: `<p>Hello {{ name }},</p>${rows}{% if more %}<p>And others.</p>{% endif %}`,
    },
  },
];
