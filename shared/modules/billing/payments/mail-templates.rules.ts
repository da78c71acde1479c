/** What customers read with what they owe; a tenant's own template of the same key replaces it. */
export const paymentTemplates = [
  {
    key: 'account-statement',
    es: {
      subject: 'Estado de cuenta al {{ to }}',
      body: '<p>Hola {{ name }}:</p><p>Adjuntamos su estado de cuenta del {{ from }} al {{ to }}.</p>',
    },
    en: {
      subject: 'Statement of account as of {{ to }}',
      body: '<p>Hello {{ name }},</p><p>Please find attached your statement of account from {{ from }} to {{ to }}.</p>',
    },
  },
] as const;
