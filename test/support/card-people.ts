// People for business cards, in Spanish and English; none of them exists.

/** What a card says. */
export type Card = {
  readonly name: string;
  readonly jobTitle: string;
  readonly company: string;
  readonly email: string;
  /** As printed, and in E.164. */
  readonly phone: readonly [printed: string, number: string];
  readonly website: string;
  readonly address: readonly [street: string, city: string];
  readonly language: 'es' | 'en';
};

const table = `
es | María José Núñez | Gerente Comercial | Molinos del Valle S.A. | mj.nunez@molinosvalle.com.ec | +593 99 123 4567 | +593991234567 | Av. Amazonas N34-120 y Colón | Quito, Ecuador
es | Carlos Andrés Vera | Director de Ventas | Aceros Andinos Cía. Ltda. | cvera@acerosandinos.ec | +593 98 765 4321 | +593987654321 | Calle Los Cipreses 45 | Guayaquil, Ecuador
es | Ana Lucía Paredes Mora | Jefa de Compras | Textiles Imbabura S.A.S. | ana.paredes@textilesimbabura.com | +593 96 222 3344 | +593962223344 | Panamericana Norte km 4 | Ibarra, Ecuador
es | Javier Ortega Ruiz | Responsable de Logística | Transportes Meseta S.L. | jortega@transportesmeseta.es | +34 612 345 678 | +34612345678 | Calle Alcalá 215 | 28028 Madrid, España
es | Lucía Fernández | Arquitecta | Estudio Bahía S.L.P. | lucia@estudiobahia.es | +34 655 443 322 | +34655443322 | Paseo de Pereda 12 | 39004 Santander, España
es | Diego Salazar | Ingeniero de Proyectos | Energía Solar Cuenca S.A. | dsalazar@solarcuenca.ec | +593 99 887 7665 | +593998877665 | Av. Solano 3-45 | Cuenca, Ecuador
es | Patricia Gómez Herrera | Gerente General | Consultores del Pacífico | patricia.gomez@conpacifico.com | +593 4 256 7890 | +59342567890 | Av. 9 de Octubre 1911 | Guayaquil, Ecuador
es | Roberto Castillo | Asesor Comercial | Grupo Altamira | roberto.castillo@grupoaltamira.mx | +52 55 5123 4567 | +525551234567 | Av. Insurgentes Sur 800 | 03100 Ciudad de México
es | Elena Rivas Soto | Directora de Marketing | Chocolates Manabí S.A. | erivas@chocomanabi.com | +593 97 456 1230 | +593974561230 | Calle 13 y Av. 24 | Manta, Ecuador
es | Fernando Aguirre | Técnico de Soporte | Redes y Sistemas Cía. Ltda. | faguirre@redesysistemas.ec | +593 2 245 6789 | +59322456789 | Whymper N27-70 | Quito, Ecuador
es | Sofía Delgado | Coordinadora de Eventos | Hotel Mirador | sofia.delgado@hotelmirador.ec | +593 98 111 2233 | +593981112233 | Malecón 200 | Salinas, Ecuador
es | Miguel Ángel Torres | Contador | Auditores Torres y Asociados | mtorres@auditorestorres.com | +51 987 654 321 | +51987654321 | Av. Larco 345 | Lima, Perú
es | Carmen Villalba | Abogada | Villalba Abogados S.L. | carmen@villalbaabogados.es | +34 91 123 45 67 | +34911234567 | Calle Serrano 40 | 28001 Madrid, España
en | Avery Smith | Sales Manager | Northwind Traders Ltd | avery.smith@northwindtraders.co.uk | +44 7700 900123 | +447700900123 | 12 Harbour Street | Bristol BS1 4RN, UK
en | Jordan Lee | Chief Technology Officer | Bluepeak Software Inc. | jordan.lee@bluepeak.com | +1 415 555 2671 | +14155552671 | 500 Market Street | San Francisco, CA 94105
en | Emma Johnson | Project Engineer | Granite Works LLC | emma.johnson@graniteworks.com | +1 212 555 7890 | +12125557890 | 77 Broadway | New York, NY 10006
en | Oliver Brown | Head of Purchasing | Greenfield Foods Ltd | obrown@greenfieldfoods.co.uk | +44 20 7946 0958 | +442079460958 | 8 Baker Street | London W1U 3BW, UK
en | Charlotte Davis | Marketing Director | Silverline Media | charlotte@silverlinemedia.com | +1 303 555 0142 | +13035550142 | 410 Larimer Street | Denver, CO 80202
en | Henry Wilson | Account Executive | Harbor Insurance Group | hwilson@harborinsurance.com | +1 617 555 0199 | +16175550199 | 21 State Street | Boston, MA 02109
en | Grace Miller | Founder and CEO | Lumen Design Studio | grace@lumendesign.io | +1 206 555 0134 | +12065550134 | 9 Pine Street | Seattle, WA 98101
en | Samuel Clark | Operations Manager | Redwood Logistics Inc. | sclark@redwoodlogistics.com | +1 503 555 0177 | +15035550177 | 300 Oak Avenue | Portland, OR 97204
en | Victoria Young | Attorney at Law | Young and Partners LLP | v.young@youngpartners.com | +1 312 555 0155 | +13125550155 | 55 Wacker Drive | Chicago, IL 60601
en | Daniel Martin | Software Engineer | Cobalt Systems GmbH | daniel.martin@cobaltsystems.de | +49 151 23456789 | +4915123456789 | Hauptstrasse 5 | 10827 Berlin, Germany
en | Natalie Scott | Product Manager | Orchid Health Pty Ltd | natalie.scott@orchidhealth.com.au | +61 412 345 678 | +61412345678 | 88 George Street | Sydney NSW 2000
en | Thomas Walker | Regional Director | Atlas Shipping Co. | twalker@atlasshipping.com | +1 713 555 0166 | +17135550166 | 1200 Main Street | Houston, TX 77002
`;

const cardOf = (line: string): Card => {
  const [
    language,
    name = '',
    jobTitle = '',
    company = '',
    email = '',
    printed = '',
    number = '',
    street = '',
    city = '',
  ] = line.split(' | ');
  return {
    name,
    jobTitle,
    company,
    email,
    phone: [printed, number],
    website: `www.${email.slice(email.indexOf('@') + 1)}`,
    address: [street, city],
    language: language === 'es' ? 'es' : 'en',
  };
};

/** The cards. */
export const cards: readonly Card[] = table.trim().split('\n').map(cardOf);
