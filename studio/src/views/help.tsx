/** The keys, in a dialog. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { closed, dialog, keysOf } from './keys.ts';
import { hasLetterKeys, letLetterKeys } from './letter-keys.ts';
import type { View } from './view.ts';

export function Help({ view }: { view: View }): JSX.Element {
  const isOpen = dialog.value === 'help';
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) ref.current?.showModal();
    else ref.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={ref} class="help" aria-label="Keys" onClose={() => closed('help')}>
      <form method="dialog">
        <h2>Keys</h2>
        <dl>
          {keysOf(view).map(({ key, does }) => (
            <div key={key}>
              <dt>
                {key.split(' ').map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input
            type="checkbox"
            checked={hasLetterKeys.value}
            onChange={(event) => letLetterKeys(event.currentTarget.checked)}
          />
          <span>keys of one letter do something</span>
        </label>
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
