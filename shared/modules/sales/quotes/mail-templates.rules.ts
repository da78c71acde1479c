/** What a customer reads with an offer; a tenant's own template of the same key replaces it. */
export const quoteTemplates = [
  {
    key: 'quote',
    es: {
      subject: 'Cotización {{ number }}: {{ subject }}',
      body: `<p>Hola {{ name }}:</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Adjuntamos nuestra cotización {{ number }} por {{ total | money }}.</p>
{{ buttons.open | raw }}<p>Es válida hasta el {{ until | moment }}.</p>`,
    },
    en: {
      subject: 'Quote {{ number }}: {{ subject }}',
      body: `<p>Hello {{ name }},</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Please find attached our quote {{ number }} for {{ total | money }}.</p>
{{ buttons.open | raw }}<p>It is valid until {{ until | moment }}.</p>`,
    },
  },
] as const;
