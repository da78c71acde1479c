/** What a wholesaler reads with a batch; a tenant's own template of the same key replaces it. */
export const transferTemplates = [
  {
    key: 'transfer-batch',
    es: {
      subject: 'Pedidos transfer {{ number }}',
      body: `<p>Estimados {{ name }}:</p>
<p>Adjuntamos {{ orders }} pedido(s) transfer de nuestros clientes, con las condiciones acordadas, para que los sirvan y facturen.</p>
<p>Les rogamos que confirmen cada línea: aceptada, pendiente, rechazada o sustituida.</p>`,
    },
    en: {
      subject: 'Transfer orders {{ number }}',
      body: `<p>Dear {{ name }},</p>
<p>Please find attached {{ orders }} transfer order(s) of our customers, with the agreed terms, to be served and invoiced by you.</p>
<p>Please confirm each line: accepted, on back-order, refused or substituted.</p>`,
    },
  },
] as const;
