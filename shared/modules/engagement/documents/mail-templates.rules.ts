/** What a contact reads with documents; a tenant's own template of the same key replaces it. */
export const documentTemplates = [
  {
    key: 'documents',
    es: {
      subject: '{{ subject }}',
      body: `<p>Hola {{ name }}:</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Le enviamos:</p>
<ul>{% for each in names %}<li>{{ each }}</li>{% endfor %}</ul>
{{ buttons.open | raw }}<p>El enlace funciona hasta el {{ until | moment }}.</p>`,
    },
    en: {
      subject: '{{ subject }}',
      body: `<p>Hello {{ name }},</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>We are sending you:</p>
<ul>{% for each in names %}<li>{{ each }}</li>{% endfor %}</ul>
{{ buttons.open | raw }}<p>The link works until {{ until | moment }}.</p>`,
    },
  },
] as const;
