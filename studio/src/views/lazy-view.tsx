/** A view whose code is loaded when it is first opened: the first page stays small. */
import { signal } from '@preact/signals';
import type { FunctionComponent, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { View } from './view.ts';
import { useWaited, Waiting } from './waiting.tsx';

type Loaded = { is: 'asked' } | { is: 'here'; view: View } | { is: 'lost' };

export function lazyView({ name, title }: Pick<View, 'name' | 'title'>, load: () => Promise<View>): View {
  const loaded = signal<Loaded | undefined>(undefined);
  const ask = () => {
    if (loaded.peek() !== undefined && loaded.peek()?.is !== 'lost') return;
    loaded.value = { is: 'asked' };
    load().then(
      (view) => {
        loaded.value = { is: 'here', view };
      },
      // The service is away, or has another page by now.
      () => {
        loaded.value = { is: 'lost' };
      },
    );
  };
  const viewNow = () => (loaded.value?.is === 'here' ? loaded.value.view : undefined);
  const part = (of: 'Rail' | 'Stage' | 'Inspector', Meanwhile?: FunctionComponent) => (): JSX.Element | null => {
    useEffect(ask, []);
    const Part = viewNow()?.[of];
    if (Part !== undefined) return <Part />;
    return Meanwhile === undefined ? null : <Meanwhile />;
  };
  const Meanwhile = () => <NotYet title={title} isLost={loaded.value?.is === 'lost'} ask={ask} />;
  return {
    name,
    title,
    Rail: part('Rail'),
    Stage: part('Stage', Meanwhile),
    Inspector: part('Inspector'),
    get keys() {
      return viewNow()?.keys ?? [];
    },
    onKey: (key) => viewNow()?.onKey(key) ?? false,
    get portable() {
      return viewNow()?.portable;
    },
  };
}

function NotYet({ title, isLost, ask }: { title: string; isLost: boolean; ask(): void }): JSX.Element {
  const waited = useWaited(!isLost, title);
  return (
    <div class={`notice ${isLost ? 'is-refused' : 'is-asking'}`} role={isLost ? 'alert' : 'status'}>
      {isLost && `${title} could not be loaded: the service is away, or has another page by now. `}
      {isLost && (
        <button type="button" class="button" onClick={ask}>
          Try again
        </button>
      )}
      {!isLost && waited !== undefined && (
        <Waiting does={`loading ${title}`} slow={`${title} is still on its way`} seconds={waited} />
      )}
    </div>
  );
}
