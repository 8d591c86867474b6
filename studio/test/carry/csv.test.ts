import { describe, expect, it } from 'vitest';
import { csv } from '../../src/carry/csv.ts';

const lineOf = (...row: (string | number | undefined)[]) => csv({ header: ['a'], rows: [row] }).split('\r\n')[1];

describe('numbers as CSV', () => {
  it('have a header, and end each line with CRLF', () => {
    expect(csv({ header: ['word', 'weight'], rows: [['mat', 0.5]] })).toBe('word,weight\r\nmat,0.5\r\n');
  });

  it('are quoted as RFC 4180 says', () => {
    // Its own examples, section 2, rules 6 and 7.
    expect(lineOf('aaa', 'b"bb', 'ccc')).toBe('aaa,"b""bb",ccc');
    expect(csv({ header: ['a'], rows: [['aaa', 'b\r\nbb', 'ccc']] })).toBe('a\r\naaa,"b\r\nbb",ccc\r\n');
    expect(lineOf('one, two')).toBe('"one, two"');
  });

  it('leave empty what cannot be seen', () => {
    expect(lineOf('a', undefined, 1)).toBe('a,,1');
  });

  it('hold no formula, whatever a word is', () => {
    expect(lineOf('=1+1', '+1', '-1', '@sum', '＝1')).toBe("'=1+1,'+1,'-1,'@sum,'＝1");
    expect(lineOf('=HYPERLINK("http://x","y")')).toBe(`"'=HYPERLINK(""http://x"",""y"")"`);
    // A number is none.
    expect(lineOf(-1.5)).toBe('-1.5');
  });
});
