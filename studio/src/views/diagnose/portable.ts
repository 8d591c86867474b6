/** A diagnosis as it is taken along: the map of the errors or, once they are shown, the patterns, their numbers, the request. */
import { diagnosis, dump, example, patterns } from '../../ask/diagnose/diagnosed.ts';
import { exampleRequest } from '../../ask/diagnose/example.ts';
import type { Table } from '../../carry/csv.ts';
import { type Asked, fileNameOf, type Portable } from '../../carry/portable.ts';
import type { SinglePage } from '../../carry/single-page.ts';
import { textWidth } from '../../controls/size.ts';
import type { Tensor } from '../../files/tensor.ts';
import { figure, type Part } from '../../pictures/figure.ts';
import { type HeatSetting, heatMarks, heatSides, planHeat } from '../../pictures/heat.ts';
import { panels } from '../../pictures/multiples/panels.ts';
import type { Sheet } from '../../pictures/sheet.ts';
import { fileMeasure, patternPart } from '../patterns/pattern-part.ts';
import { sheetOf } from '../patterns/pattern-sheet.ts';
import type { PatternGrids } from './pattern-grids.ts';
import { longName, shortName, stripsOf } from './places.ts';
import { cell, grids, map, words } from './shown.ts';
import { namesOf } from './told.ts';

/** Of every file, whatever the window is. */
const WIDTH = 880;

export function portable(): Portable | undefined {
  const here = diagnosis.value;
  if (here === undefined) return undefined;
  const [cause] = here.causes;
  const { name } = dump.value;
  const isOfPatterns = grids.value !== undefined && patterns.value !== undefined;
  const head = isOfPatterns ? `, head ${patterns.value?.head}` : '';
  const title = `Diagnosis of ${name}${head}: ${here.verdict}${cause === undefined ? '' : `, ${namesOf(cause.names)}`}`;
  return {
    fileName: fileNameOf(`diagnosis ${name}${head}`),
    picture: figure(grids.value === undefined ? errorParts() : patternParts(grids.value), {
      title,
      description: here.summary,
    }),
    table: grids.value === undefined ? errorTable() : patternTable(grids.value),
    asked: askedOf(),
    tensors: () => (grids.value === undefined ? errorTensors() : tensorsOf(grids.value)),
    single: () => (grids.value === undefined ? errorPage() : pageOf(grids.value)),
  };
}

function askedOf(): Asked {
  const { name, type } = dump.value;
  return dump.value === example ? { method: 'diagnose', body: exampleRequest() } : { dump: { name, type } };
}

/** Rows or parts of them by heads, as the map has them. */
function errorTensors(): Tensor[] {
  const errors = map.value;
  if (errors === undefined) return [];
  const columns = errors.columnNames.length;
  const shape = [columns === 0 ? 0 : errors.values.length / columns, columns];
  return [{ name: 'root_mean_square', dtype: 'float32', shape, values: errors.values }];
}

function tensorsOf({ rows, columns, right, yours }: PatternGrids): Tensor[] {
  const shared = { dtype: 'float32', shape: [rows, columns] };
  return [{ ...shared, name: 'right', values: right }, ...(yours ? [{ ...shared, name: 'yours', values: yours }] : [])];
}

function errorPage(): SinglePage {
  const { values, columnTitles, largest } = map.value ?? { values: new Float32Array(), columnTitles: [], largest: 0 };
  const rowWords = (diagnosis.value?.where.by_rows ?? []).map((part) => longName('rows', part));
  const size = { rows: rowWords.length, columns: columnTitles.length };
  const blocks = [{ row: 0, column: 0, ...size, values }];
  const sheet: Sheet = { ...size, blocks, isOfPairs: true, scale: 'weights', most: largest || 1 };
  return {
    rowWords,
    columnWords: columnTitles,
    matrices: [{ title: 'root mean square of the errors', sheet }],
    lit: { row: undefined, column: undefined },
  };
}

function pageOf(here: PatternGrids): SinglePage {
  return {
    rowWords: words.value.queries,
    columnWords: words.value.keys,
    matrices: sheetsOf(here),
    lit: { row: cell.value?.query, column: cell.value?.key },
  };
}

function errorParts(): Part[] {
  const [here, errors] = [diagnosis.value, map.value];
  if (here === undefined || errors === undefined) return [];
  const { by_rows } = here.where;
  const strips = stripsOf(here.where);
  const rowNames = by_rows.map(shortName);
  const side = fileMeasure([...rowNames, ...strips.map(({ title }) => title)]);
  const shared = { width: WIDTH, unit: 1, measure: fileMeasure, side };
  const partOf = (setting: HeatSetting): Part => {
    const plan = planHeat(setting);
    const marks = [...heatMarks(setting, plan), ...heatSides(setting, plan, undefined)];
    return { width: WIDTH, height: plan.height, marks };
  };
  const most = errors.largest || 1;
  return [
    partOf({ values: errors.values, rowNames, columnNames: errors.columnNames, most, ...shared }),
    ...strips.map(({ title, parts }) => {
      const values = Float32Array.from(parts, ({ root_mean_square }) => root_mean_square);
      const largest = Math.max(0, ...values) || 1;
      return partOf({ values, rowNames: [title], columnNames: parts.map(shortName), most: largest, ...shared });
    }),
  ];
}

function sheetsOf(here: PatternGrids): { title: string; sheet: Sheet }[] {
  const { right, yours, difference } = here;
  return [
    { title: 'right', sheet: sheetOf(here, right, 'weights') },
    ...(yours === undefined ? [] : [{ title: 'yours', sheet: sheetOf(here, yours, 'weights') }]),
    ...(difference === undefined ? [] : [{ title: 'yours − right', sheet: sheetOf(here, difference, 'signed') }]),
  ];
}

function patternParts(here: PatternGrids): Part[][] {
  return panels(
    sheetsOf(here).map(({ title, sheet }) => ({ title, part: patternPart(sheet, words.value, cell.value) })),
    textWidth,
  );
}

/** One row a part of an axis. */
function errorTable(): Table {
  const strips = diagnosis.value === undefined ? [] : stripsOf(diagnosis.value.where);
  const rows = strips.flatMap(({ title, parts }) =>
    parts.map((part) => [title, part.from, part.to, part.root_mean_square, part.max_absolute, part.beyond_tolerance]),
  );
  return { header: ['axis', 'from', 'to', 'root_mean_square', 'max_absolute', 'beyond_tolerance'], rows };
}

/** One row a cell; of a pattern that is not known there is no weight, nor of what is no number. */
function patternTable({ rows, columns }: PatternGrids): Table {
  const { right, yours = null } = patterns.value ?? { right: [] };
  const cells = Array.from({ length: rows * columns }, (_, at) => {
    const [query, key] = [Math.floor(at / columns), at % columns];
    const mine = yours?.[query][key];
    return [query, key, right[query][key], typeof mine === 'number' ? mine : undefined];
  });
  return { header: ['query_index', 'key_index', 'right', 'yours'], rows: cells };
}
