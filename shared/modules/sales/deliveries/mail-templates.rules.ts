/** What a customer reads with a delivery note; a tenant's own template of the same key replaces it. */
export const deliveryTemplates = [
  {
    key: 'delivery',
    es: {
      subject: 'Nota de entrega {{ number }}',
      body: `<p>Hola {{ name }}:</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Adjuntamos la nota de entrega {{ number }}.</p>`,
    },
    en: {
      subject: 'Delivery note {{ number }}',
      body: `<p>Hello {{ name }},</p>
{% if message %}<p>{{ message }}</p>{% endif %}<p>Please find attached the delivery note {{ number }}.</p>`,
    },
  },
] as const;
