import { lessonExamples } from '../text/examples.ts';
import { exampleLinks } from '../workers/example-answer.ts';

/** What GET /examples answers. */
export const exampleList = {
  examples: lessonExamples.map(({ name, title }) => ({ name, title, links: exampleLinks(name) })),
};
