/** What a customer reads with an invoice or a credit note; a tenant's own template of the same key replaces it. */
export const invoiceTemplates = [
  {
    key: 'invoice',
    es: {
      subject: 'Factura {{ number }}',
      body: `<p>Hola {{ name }}:</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Adjuntamos nuestra factura {{ number }} por {{ total | money }}.</p>
{{ buttons.open | raw }}<p>Vence el {{ due | moment }}.</p>`,
    },
    en: {
      subject: 'Invoice {{ number }}',
      body: `<p>Hello {{ name }},</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Please find attached our invoice {{ number }} for {{ total | money }}.</p>
{{ buttons.open | raw }}<p>It is due on {{ due | moment }}.</p>`,
    },
  },
  {
    key: 'credit-note',
    es: {
      subject: 'Nota de crédito {{ number }}',
      body: `<p>Hola {{ name }}:</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Adjuntamos nuestra nota de crédito {{ number }} por {{ total | money }}.</p>
{{ buttons.open | raw }}`,
    },
    en: {
      subject: 'Credit note {{ number }}',
      body: `<p>Hello {{ name }},</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Please find attached our credit note {{ number }} for {{ total | money }}.</p>
{{ buttons.open | raw }}`,
    },
  },
] as const;
