/** A table as CSV, as RFC 4180 has it: a header, CRLF, and quotes where they are needed. */

export interface Table {
  header: readonly string[];
  /** A number is written as it is; undefined is an empty field. */
  rows: readonly (readonly (string | number | undefined)[])[];
}

export const CSV_TYPE = 'text/csv;charset=utf-8;header=present';

export const csv = ({ header, rows }: Table): string =>
  [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');

/** Spreadsheets take a text that begins so for a formula, and compute it: a word may come from anybody (OWASP, CSV injection). */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/u;

function field(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
