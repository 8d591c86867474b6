/** Every name of a cause with the code that makes its numbers. */
import type { Misunderstanding } from '../misunderstanding.ts';
import { headNames } from './heads.ts';
import { maskNames } from './mask.ts';
import { rotaryNames } from './rotary.ts';
import { roundingNames } from './rounding.ts';
import { scoreNames } from './scores.ts';
import { sightNames } from './sight.ts';
import { sumNames } from './sum.ts';

/** Those of /attention. */
export const attentionNames: Misunderstanding[] = [
  ...scoreNames,
  ...sightNames,
  ...maskNames,
  ...rotaryNames,
  ...headNames,
  ...sumNames,
  ...roundingNames,
];
