/** The documents as YAML that people can read: what fits stands on one line. */
import { Document, isCollection, isMap, isScalar, isSeq, visit } from 'yaml';

const WIDTH = 120;

/** What stands in several places is written out, as many readers of such documents take no anchors. */
export function yamlOf(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  // A short list of plain values, or of such lists, as a matrix of numbers.
  visit(document, {
    Seq(_key, list) {
      if (isPlain(list) && JSON.stringify(list).length < WIDTH - 30) list.flow = true;
    },
  });
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: false });
}

function isPlain(node: unknown): boolean {
  if (isSeq(node)) return node.items.every(isPlain);
  return isScalar(node) || !(isCollection(node) || isMap(node));
}
