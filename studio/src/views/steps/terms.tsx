/** A sum of products, written out. */
import { Fragment, type JSX } from 'preact';
import { Live, Op } from './math.tsx';

/** Of long sums the first terms are written out. */
const TERMS = 2;

/** a·b + a·b + …: of many, the first. */
export function Terms({
  count,
  left,
  right,
}: {
  count: number;
  left: Float32Array | undefined;
  right: Float32Array | undefined;
}): JSX.Element {
  const shown = Array.from({ length: Math.min(TERMS, count) }, (_, i) => i);
  return (
    <>
      {shown.map((i) => (
        // Not a row of its own: the + would be a sign at its start.
        <Fragment key={i}>
          {i > 0 && <Op is="+" />}
          <Live value={left?.[i]} isTerm />
          <Op is="·" />
          <Live value={right?.[i]} isTerm />
        </Fragment>
      ))}
      {count > TERMS && (
        <>
          <Op is="+" />
          <mi>…</mi>
        </>
      )}
    </>
  );
}
