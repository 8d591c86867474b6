/** The keys, in a dialog. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hasLetterKeys, letLetterKeys } from './letter-keys.ts';
import type { Key, View } from './view.ts';

/** Keys of every view. */
const COMMON_KEYS: readonly Key[] = [
  { key: 't', does: 'the tables of the pictures' },
  { key: 'p', does: 'large type, for a projector' },
  { key: 'l', does: 'copy the link to what is shown' },
  { key: 's', does: 'save the picture (SVG)' },
  { key: '?', does: 'this help' },
];

/** A view may have a key of all views for something of its own; what has nothing to take along is not saved. */
function keysOf(view: View): Key[] {
  const common = COMMON_KEYS.filter(({ key }) => key !== 's' || view.portable !== undefined);
  return [...view.keys, ...common.filter(({ key }) => !view.keys.some((own) => own.key === key))];
}

export function Help({ view, isOpen, onClose }: { view: View; isOpen: boolean; onClose(): void }): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) ref.current?.showModal();
    else ref.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={ref} class="help" aria-label="Keys" onClose={onClose}>
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
