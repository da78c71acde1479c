/** Words in the languages of the product. */
type Words = { readonly es: string; readonly en: string };

/** A sample customer: its line of business, whom to speak to, and the business that may come of it. */
export type SampleCustomer = {
  readonly name: string;
  readonly sector: Words;
  readonly contact: { readonly firstName: string; readonly lastName: string; readonly jobTitle: Words };
  readonly business: {
    readonly name: Words;
    readonly amount: string;
    /** Where it stands in the pipeline that every tenant begins with. */
    readonly stage: string;
    readonly closesInDays: number;
  };
  readonly next: { readonly subject: Words; readonly type: string; readonly inDays: number };
};

/** Goods and services to offer. */
export const sampleProducts: readonly {
  readonly sku: string;
  readonly name: Words;
  readonly kind: 'GOODS' | 'SERVICE';
  readonly price: string;
}[] = [
  { sku: 'SAMPLE-01', name: { es: 'Bomba de riego 2 HP', en: 'Irrigation pump 2 HP' }, kind: 'GOODS', price: '480' },
  { sku: 'SAMPLE-02', name: { es: 'Invernadero 200 m²', en: 'Greenhouse 200 m²' }, kind: 'GOODS', price: '5200' },
  { sku: 'SAMPLE-03', name: { es: 'Instalación', en: 'Installation' }, kind: 'SERVICE', price: '35' },
  { sku: 'SAMPLE-04', name: { es: 'Mantenimiento anual', en: 'Yearly maintenance' }, kind: 'SERVICE', price: '600' },
];

/** Customers of every stage: one just met, one in talks, one about to decide, one won. */
export const sampleCustomers: readonly SampleCustomer[] = [
  {
    name: 'Agrícola Los Andes',
    sector: { es: 'Agricultura', en: 'Agriculture' },
    contact: { firstName: 'Lucía', lastName: 'Andrade', jobTitle: { es: 'Gerente general', en: 'General manager' } },
    business: {
      name: { es: 'Riego para 10 hectáreas', en: 'Irrigation for 10 hectares' },
      amount: '9600',
      stage: 'PROSPECTING',
      closesInDays: 75,
    },
    next: { subject: { es: 'Primera visita a la finca', en: 'First visit to the farm' }, type: 'VISIT', inDays: 3 },
  },
  {
    name: 'Flores del Valle',
    sector: { es: 'Floricultura', en: 'Flower growing' },
    contact: {
      firstName: 'Martín',
      lastName: 'Cevallos',
      jobTitle: { es: 'Jefe de compras', en: 'Head of purchasing' },
    },
    business: {
      name: { es: 'Dos invernaderos', en: 'Two greenhouses' },
      amount: '12500',
      stage: 'PROPOSAL',
      closesInDays: 30,
    },
    next: {
      subject: { es: 'Enviar la propuesta corregida', en: 'Send the revised proposal' },
      type: 'EMAIL',
      inDays: 1,
    },
  },
  {
    name: 'Hotel Mirador',
    sector: { es: 'Turismo', en: 'Tourism' },
    contact: { firstName: 'Paula', lastName: 'Rivas', jobTitle: { es: 'Administradora', en: 'Manager' } },
    business: {
      name: { es: 'Riego de jardines', en: 'Garden irrigation' },
      amount: '3400',
      stage: 'DECISION',
      closesInDays: 7,
    },
    next: { subject: { es: 'Llamar por la decisión', en: 'Call about the decision' }, type: 'CALL', inDays: 0 },
  },
  {
    name: 'Cooperativa El Sembrador',
    sector: { es: 'Agricultura', en: 'Agriculture' },
    contact: { firstName: 'Jorge', lastName: 'Tapia', jobTitle: { es: 'Presidente', en: 'President' } },
    business: {
      name: { es: 'Bombas para los socios', en: 'Pumps for the members' },
      amount: '7200',
      stage: 'WON',
      closesInDays: -5,
    },
    next: { subject: { es: 'Planificar la instalación', en: 'Plan the installation' }, type: 'MEETING', inDays: 10 },
  },
];

/** The calendar day so many days later. */
export const dayLater = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) + days * 86_400_000).toISOString().slice(0, 10);
