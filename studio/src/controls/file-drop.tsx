/** Where a file is dropped, or picked: anywhere in the window, as nobody aims at a box. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface FileDropProps {
  label: string;
  hint: string;
  /** Endings of names, with their point. */
  endings: readonly string[];
  onFile(file: File): void;
}

export function FileDrop({ label, hint, endings, onFile }: FileDropProps): JSX.Element {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      // Without this the browser opens the file in place of the page.
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (file !== undefined) onFile(file);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [onFile]);
  return (
    <label class={isOver ? 'drop is-over' : 'drop'}>
      <span>{label}</span>
      <span class="drop-hint">{hint}</span>
      <input
        type="file"
        id="file"
        class="visually-hidden"
        accept={endings.join(',')}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
          // The same file again, once it was changed, is another.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
