export { formatAmount, formatDay, formatDecimal, formatMoment, formatMoney, type Writing } from './formats.rules.ts';
