import { SCORE_STAGES } from '../kernel.ts';

/** assembly/stage.ts: the stages of a score matrix by number, for AssemblyScript. */
export function stageFile(): string {
  return [
    '// Written by the build from kernel.ts; not to be changed by hand.',
    ...SCORE_STAGES.map((stage, number) => `export const ${stage.toUpperCase()}: i32 = ${number};`),
    '',
  ].join('\n');
}
