/** Templates that serve any module and any person. */
export const builtInTemplates = [
  {
    key: 'message',
    es: { subject: '{{ subject }}', body: '<p>Hola{% if name %} {{ name }}{% endif %}:</p><p>{{ text }}</p>' },
    en: { subject: '{{ subject }}', body: '<p>Hello{% if name %} {{ name }}{% endif %},</p><p>{{ text }}</p>' },
  },
] as const;
