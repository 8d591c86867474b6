/** The weights of a page's texts as tables: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import type { Part } from '../../ask/lesson/part.ts';
import { HEAD_TITLES } from '../sentence/layers.ts';
import { WeightsTable } from '../sentence/tables.tsx';
import { TableRoom } from '../table-room.tsx';

export function PartTables({ parts }: { parts: readonly Part[] }): JSX.Element {
  return (
    <TableRoom label="Tables">
      {parts.map((part) =>
        part.is === 'text'
          ? part.reading.heads.map(({ name, weights }) => (
              <WeightsTable
                key={`${part.name} ${name}`}
                title={parts.length > 1 ? `${part.title}, ${HEAD_TITLES[name]}` : HEAD_TITLES[name]}
                grid={weights}
                answer={part.reading}
              />
            ))
          : part.heads.map(({ title, weights }) => (
              <WeightsTable
                key={`${part.name} ${title}`}
                title={[part.title, title].filter(Boolean).join(', ')}
                grid={weights}
                answer={{ queries: part.queries, keys: part.keys, isHidden: () => false }}
              />
            )),
      )}
    </TableRoom>
  );
}
