// The body of a guiaRemision 1.1.0, elements in the order of its schema.
import type { Element } from './canonical-xml.rules.ts';
import { buyerIdCodes, documentCodes } from './codes.rules.ts';
import type { ElectronicWaybill } from './sri-document.rules.ts';
import { dayOf, line, notesOf, plainLine, taxInformation, tidy, yesOrNo } from './xml-parts.rules.ts';

/** Its content. */
export const waybillParts = (waybill: ElectronicWaybill): Element => {
  const { issuer, carrier } = waybill;
  return tidy({
    infoTributaria: taxInformation(waybill),
    infoGuiaRemision: tidy({
      dirEstablecimiento: line(issuer.establishmentAddress),
      dirPartida: plainLine(waybill.from),
      razonSocialTransportista: plainLine(carrier.name),
      tipoIdentificacionTransportista: buyerIdCodes[carrier.idType],
      rucTransportista: carrier.id,
      obligadoContabilidad: yesOrNo(issuer.keepsAccounts),
      contribuyenteEspecial: issuer.specialTaxpayer,
      fechaIniTransporte: dayOf(waybill.startsOn),
      fechaFinTransporte: dayOf(waybill.endsOn),
      placa: plainLine(waybill.plate, 20),
    }),
    destinatarios: { destinatario: waybill.receivers.map(receiver) },
    infoAdicional: notesOf(waybill),
  });
};

const receiver = ({ lines, of, ...to }: ElectronicWaybill['receivers'][number]): Element =>
  tidy({
    identificacionDestinatario: to.id,
    razonSocialDestinatario: plainLine(to.name),
    dirDestinatario: plainLine(to.address),
    motivoTraslado: plainLine(to.reason),
    docAduaneroUnico: line(to.customsDocument, 20),
    codEstabDestino: to.destinationCode,
    ruta: line(to.route),
    ...(of && {
      codDocSustento: documentCodes.INVOICE,
      numDocSustento: of.number,
      numAutDocSustento: of.accessKey,
      fechaEmisionDocSustento: dayOf(of.issuedOn),
    }),
    detalles: {
      detalle: lines.map(({ code, otherCode, description, quantity }) =>
        tidy({
          codigoInterno: plainLine(code, 25),
          codigoAdicional: line(otherCode, 25),
          descripcion: plainLine(description),
          cantidad: quantity,
        }),
      ),
    },
  });
