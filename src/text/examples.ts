/** The lesson on attention as requests that can be sent, each with a few sentences on what to look at in the answer. */
import type { LessonExample } from './examples/example.ts';
import { code, headsSideBySide } from './examples/heads.ts';
import { librarySearch } from './examples/library.ts';
import { cross, decoder, encoder, helloMonde, satOnTheMat, sleepingCat } from './examples/sentences.ts';
import { twoWaysOfReading } from './examples/two-ways.ts';
import { largestWeightIsNotImportance, type Myth, moreIsNotBetter, notAveraging } from './myths.ts';

const mythExample = (myth: Myth): LessonExample => ({
  name: `myth-${myth.name}`,
  title: `“${myth.claim}”`,
  lookAt: myth.fact,
  requests: Object.entries(myth.requests).map(([name, body]) => ({ name, route: '/attention', body })),
  comparisons: myth.comparisons,
});

export const lessonExamples: readonly LessonExample[] = [
  librarySearch,
  satOnTheMat,
  sleepingCat,
  helloMonde,
  encoder,
  decoder,
  cross,
  headsSideBySide,
  code,
  twoWaysOfReading,
  mythExample(notAveraging()),
  mythExample(largestWeightIsNotImportance()),
  mythExample(moreIsNotBetter()),
];

const byName = new Map(lessonExamples.map((example) => [example.name, example]));

export function exampleNamed(name: string): LessonExample | undefined {
  return byName.get(name);
}
