/** Elements → XML, as strictly as files of their own must be. */
import { type ComponentChildren, isValidElement } from 'preact';

export function xml(node: ComponentChildren): string {
  if (node === null || node === undefined || typeof node === 'boolean') return '';
  if (Array.isArray(node)) return node.map(xml).join('');
  if (!isValidElement(node)) return escaped(String(node));
  const { type, props } = node;
  if (typeof type !== 'string') throw new TypeError('a component has no tag');
  const { children, ...attributes } = props;
  const written = Object.entries(attributes).map(([name, value]) => {
    return value === undefined ? '' : ` ${name}="${escaped(typeof value === 'number' ? near(value) : String(value))}"`;
  });
  const inside = xml(children);
  return `<${type}${written.join('')}${inside === '' ? '/>' : `>${inside}</${type}>`}`;
}

/** A thousandth of a pixel is nothing. */
const near = (value: number) => String(Math.round(1000 * value) / 1000);

/** What XML 1.0 has no place for, even escaped. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const NAMES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string) => text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>"]/g, (sign) => NAMES[sign]);
