import { exampleLinks } from '../../../requests/examples/example-json.ts';
import { lessonExamples } from '../../../text/examples.ts';

/** What GET /examples answers. */
export const exampleList = {
  examples: lessonExamples.map(({ name, title }) => ({ name, title, links: exampleLinks(name) })),
};
