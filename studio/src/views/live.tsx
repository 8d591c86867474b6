/** What a picture says, read out once it stands still. */
import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A pointer that runs over many cells would have all of them read out. */
const SETTLE_MS = 300;

/** @param said one function for as long as the page is open; what it reads of signals is followed */
export function Live({ said }: { said(): string }): JSX.Element {
  const text = useComputed(said);
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text.value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  return (
    <p class="visually-hidden" role="status">
      {settled}
    </p>
  );
}
