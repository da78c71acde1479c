/** What a contact reads with a catalogue; a tenant's own template of the same key replaces it. */
export const catalogueTemplates = [
  {
    key: 'catalogue',
    es: {
      subject: '{{ catalogue }}',
      body: `<p>Hola {{ name }}:</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Le presentamos nuestro catálogo «{{ catalogue }}».</p>
{{ buttons.open | raw }}<p>Puede verlo hasta el {{ until | moment }}.</p>`,
    },
    en: {
      subject: '{{ catalogue }}',
      body: `<p>Hello {{ name }},</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Here is our catalogue “{{ catalogue }}”.</p>
{{ buttons.open | raw }}<p>It can be seen until {{ until | moment }}.</p>`,
    },
  },
] as const;
