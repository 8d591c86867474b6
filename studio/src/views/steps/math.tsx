/** MathML by hand: a handful of formulas need no library, and a strict policy allows no styles that one would write. */
import type { ComponentChildren, JSX } from 'preact';
import { long } from '../../pictures/figures.ts';

export function Formula({ children, label }: { children: ComponentChildren; label: string }): JSX.Element {
  return (
    <math display="block" aria-label={label}>
      <mrow>{children}</mrow>
    </math>
  );
}

/** A letter, with the words that it is of. */
export function Var({ of, name }: { of?: string | undefined; name: string }): JSX.Element {
  const letter = <mi>{name}</mi>;
  if (of === undefined) return letter;
  return (
    <msub>
      {letter}
      <mtext>{of}</mtext>
    </msub>
  );
}

export const Op = ({ is }: { is: string }): JSX.Element => <mo>{is}</mo>;

/** A number of this moment; one that is not there is a gap. Below 0 in brackets, where it stands behind a sign. */
export function Live({
  value,
  isTerm = false,
  isResult = false,
}: {
  value: number | undefined;
  isTerm?: boolean;
  isResult?: boolean;
}): JSX.Element {
  if (value === undefined) return <mtext class="live">…</mtext>;
  const text = value === 0 ? '0' : long(value);
  const number = <mn class={isResult ? 'live is-result' : 'live'}>{text}</mn>;
  if (!isTerm || value >= 0) return number;
  return (
    <mrow>
      <mo stretchy={false}>(</mo>
      {number}
      <mo stretchy={false}>)</mo>
    </mrow>
  );
}

/** Σ over something. */
export function Sum({ over, children }: { over: string; children: ComponentChildren }): JSX.Element {
  return (
    <mrow>
      <munder>
        <mo>∑</mo>
        <mi>{over}</mi>
      </munder>
      {children}
    </mrow>
  );
}

/** e to the power of something. */
export function Exp({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <msup>
      <mi>e</mi>
      <mrow>{children}</mrow>
    </msup>
  );
}
