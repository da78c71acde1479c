/** What a buyer reads with an authorised document; a tenant's own template of the same key replaces it. */
export const electronicTemplates = [
  {
    key: 'electronic-document',
    es: {
      subject:
        '{% if kind == "CREDIT_NOTE" %}Nota de crédito{% elsif kind == "WAYBILL" %}Guía de remisión{% else %}Factura{% endif %} {{ number }} de {{ issuer }}',
      body: `<p>Hola {{ name }}:</p>
<p>Adjuntamos su comprobante electrónico {{ number }}, autorizado por el SRI, en XML y en PDF.</p>
<p>Clave de acceso: {{ accessKey }}</p>`,
    },
    en: {
      subject:
        '{% if kind == "CREDIT_NOTE" %}Credit note{% elsif kind == "WAYBILL" %}Remission guide{% else %}Invoice{% endif %} {{ number }} from {{ issuer }}',
      body: `<p>Hello {{ name }},</p>
<p>Please find attached your electronic document {{ number }}, authorised by the SRI, as XML and PDF.</p>
<p>Access key: {{ accessKey }}</p>`,
    },
  },
] as const;
