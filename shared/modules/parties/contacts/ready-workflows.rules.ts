import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with accounts and contacts that come with the product. */
export const readyWithParties: readonly ReadyDefinition[] = [
  {
    key: 'WELCOME',
    name: { es: 'Bienvenida a clientes', en: 'Welcome to customers' },
    describes: {
      es: 'Da la bienvenida por correo a quien se hace cliente y, a la semana, pide una llamada para saber cómo le va.',
      en: 'Welcomes whoever becomes a customer by mail, and a week later asks for a call to hear how it goes.',
    },
    definition: {
      of: 'Account',
      trigger: { kind: 'EVENT', on: 'account.becameCustomer' },
      mostRuns: 1,
      steps: [
        {
          key: 'MAIL',
          kind: 'mailCustomer',
          input: {
            subject: { es: 'Bienvenidos, {record.name}', en: 'Welcome, {record.name}' },
            body: {
              es: 'Gracias por su confianza. Estamos para servirles: respondan a este correo cuando nos necesiten.',
              en: 'Thank you for your trust. We are here for you: answer this mail whenever you need us.',
            },
          },
          // Without an address there is still the call.
          onError: { retries: 0, afterSeconds: 60, to: 'WAIT' },
        },
        { key: 'WAIT', kind: 'waitFor', input: { amount: 7, unit: 'DAYS', working: true } },
        {
          key: 'CALL',
          kind: 'task',
          input: { subject: inWords('¿Cómo le va a {record.name}?', 'How is {record.name} doing?'), type: 'CALL' },
        },
      ],
    },
  },
  {
    key: 'BIRTHDAY',
    name: { es: 'Felicitar cumpleaños', en: 'Birthday wishes' },
    describes: {
      es: 'Felicita a los contactos por correo en su cumpleaños.',
      en: 'Wishes contacts a happy birthday by mail.',
    },
    definition: {
      of: 'Contact',
      trigger: { kind: 'EVENT', on: 'contact.celebrated' },
      steps: [
        {
          key: 'MAIL',
          kind: 'mailCustomer',
          input: {
            subject: { es: '¡Feliz cumpleaños, {record.name}!', en: 'Happy birthday, {record.name}!' },
            body: { es: 'Le deseamos un feliz día.', en: 'We wish you a happy day.' },
          },
        },
      ],
    },
  },
];
