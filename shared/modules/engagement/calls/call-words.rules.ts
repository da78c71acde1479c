/** What calls are named by, in the language of the tenant. */
export const words = {
  es: { in: 'Llamada de', out: 'Llamada a', back: 'Devolver la llamada de', withheld: 'número oculto' },
  en: { in: 'Call from', out: 'Call to', back: 'Call back', withheld: 'withheld number' },
} as const;
