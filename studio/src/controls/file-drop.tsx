/** Where a file is dropped, or picked: anywhere in the window, as nobody aims at a box. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface FileDropProps {
  label: string;
  hint: string;
  /** Endings of names, with their point. */
  endings: readonly string[];
  onFile(file: File): void;
  /** Where several at once are welcome; else the first of them is taken. */
  onFiles?(files: readonly File[]): void;
}

export function FileDrop({ label, hint, endings, onFile, onFiles }: FileDropProps): JSX.Element {
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const [file] = files ?? [];
    if (file === undefined) return;
    if (onFiles === undefined) onFile(file);
    else onFiles([...(files ?? [])]);
  };
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
      take(event.dataTransfer.files);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [onFile, onFiles]);
  return (
    <label class={isOver ? 'drop is-over' : 'drop'}>
      <span>{label}</span>
      <span class="drop-hint">{hint}</span>
      <input
        type="file"
        id="file"
        class="visually-hidden"
        accept={endings.join(',')}
        multiple={onFiles !== undefined}
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          // The same file again, once it was changed, is another.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
