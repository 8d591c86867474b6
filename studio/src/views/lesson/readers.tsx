import type { JSX } from 'preact';
import type { LessonPage, Sequential } from '../../ask/lesson/page.ts';
export function Readers(_: { page: LessonPage; sequential: Sequential; width: number }): JSX.Element {
  return <div />;
}
