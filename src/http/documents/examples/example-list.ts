import { exampleLinks } from '../../../requests/examples/example-json.ts';
import { lessonExamples } from '../../../text/examples.ts';

/** What GET /examples answers a client for whom the paths of this server begin with a prefix. */
export const exampleList = (prefix: string) => ({
  examples: lessonExamples.map(({ name, title }) => ({ name, title, links: exampleLinks(name, prefix) })),
});
