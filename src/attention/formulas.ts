/** What each step computes, as text and as TeX, for the problem at hand. */
import type { AttentionProblem } from './problem.ts';
import { type Detail, hasBias, hidesKeys, type StepName, type Subject } from './steps.ts';

export interface Formula {
  text: string;
  tex: string;
}

/** The formula of a step; it names the step that it reads by its own name. */
export function formulaOf(subject: Subject, detail: Detail, name: StepName): Formula {
  const { problem } = subject;
  const hasSinks = problem.sinks !== undefined;
  switch (name) {
    case 'q':
    case 'k':
    case 'v':
      return inputFormula(subject, name);
    case 'attn_scores':
      return { text: 'attn_scores = q · kᵀ', tex: 'S = Q K^\\top' };
    case 'scaled':
      return {
        text: `scaled = ${rounded(problem.scale)} · attn_scores`,
        tex: `S' = ${rounded(problem.scale)}\\, S`,
      };
    case 'softcapped': {
      const cap = rounded(problem.softcap);
      return { text: `softcapped = ${cap} · tanh(scaled / ${cap})`, tex: `C = ${cap} \\tanh(S' / ${cap})` };
    }
    case 'biased':
      return biasFormula(problem);
    case 'masked': {
      const before = lastBefore(problem, 'masked');
      return {
        text: `masked = ${before} where ${visibility(problem)}, else −∞`,
        tex: `M_{ij} = \\begin{cases} ${SYMBOL[before]}_{ij} & \\text{${visibility(problem)}} \\\\ -\\infty & \\text{otherwise} \\end{cases}`,
      };
    }
    case 'tile_scores':
      return { text: 'tile_scores = the scores of these keys, with every bias and mask', tex: 'S^{(t)}' };
    case 'running_max':
      return {
        text: `running_max = max(running_max before, max of tile_scores)${hasSinks ? ', sink before the first' : ''}`,
        tex: `m_t = \\max(m_{t-1}, \\max_j S^{(t)}_j)${hasSinks ? ',\\quad m_0 = \\sigma' : ''}`,
      };
    case 'rescale':
      return { text: 'rescale = exp(running_max before − running_max)', tex: '\\alpha_t = e^{m_{t-1} - m_t}' };
    case 'running_sum':
      return {
        text: `running_sum = rescale · running_sum before + Σ exp(tile_scores − running_max)${hasSinks ? ', 1 before the first' : ''}`,
        tex: `\\ell_t = \\alpha_t \\ell_{t-1} + \\sum_j e^{S^{(t)}_j - m_t}${hasSinks ? ',\\quad \\ell_0 = 1' : ''}`,
      };
    case 'accumulator':
      return {
        text: 'accumulator = rescale · accumulator before + exp(tile_scores − running_max) · v',
        tex: 'A_t = \\alpha_t A_{t-1} + e^{S^{(t)} - m_t} V^{(t)}',
      };
    case 'pattern': {
      const before = lastBefore(problem, 'pattern');
      if (hasSinks) {
        const power = `e^{${SYMBOL[before]}_{ij} - m_i}`;
        const sum = `\\sum_k e^{${SYMBOL[before]}_{ik} - m_i}`;
        return {
          text: `pattern = exp(${before} − max) / (exp(sink − max) + Σ exp(${before} − max)), 0 in rows that see nothing`,
          tex: `P_{ij} = ${power} / (e^{\\sigma - m_i} + ${sum}),\\quad m_i = \\max(\\sigma, \\max_k ${SYMBOL[before]}_{ik})`,
        };
      }
      return {
        text: `pattern = exp(${before} − max) / Σ exp(${before} − max), 0 in rows that see nothing`,
        tex: `P = \\operatorname{softmax}(${SYMBOL[before]})`,
      };
    }
    case 'z':
      return detail === 'tile'
        ? { text: 'z = accumulator / running_sum, 0 in rows that see nothing', tex: 'Z = A_T / \\ell_T' }
        : { text: 'z = pattern · v', tex: 'Z = P V' };
    case 'result': {
      const bias = subject.projection?.outputBias ? ' + b_O' : '';
      return {
        text: `result = heads of z, joined · W_Oᵀ${bias}`,
        tex: `R = [Z_1 \\ldots Z_H] W_O^\\top${bias}`,
      };
    }
  }
}

type ScoreName = 'scaled' | 'softcapped' | 'biased' | 'masked';
const SYMBOL: Record<ScoreName, string> = { scaled: "S'", softcapped: 'C', biased: 'B', masked: 'M' };

function inputFormula({ projection, rotated }: Subject, name: 'q' | 'k' | 'v'): Formula {
  const full = { q: 'query', k: 'key', v: 'value' }[name];
  const letter = name.toUpperCase();
  const turned = rotated && name !== 'v';
  const bias = projection?.inputBias ? ` + b_${letter}` : '';
  const text = projection === undefined ? full : `${full} · W_${letter}ᵀ${bias}, split into heads`;
  const tex = projection === undefined ? `\\text{${full}}` : `X_{${name}} W_${letter}^\\top${bias}`;
  return {
    text: `${name} = ${turned ? `rotary(${text})` : text}`,
    tex: `${letter} = ${turned ? `\\operatorname{rotary}(${tex})` : tex}`,
  };
}

function biasFormula(problem: AttentionProblem): Formula {
  const before = lastBefore(problem, 'biased');
  const isMasked = problem.masks.some(({ kind }) => kind === 'additive');
  const hasSlopes = problem.alibiSlopes !== undefined;
  const text = `${isMasked ? ' + attn_mask' : ''}${hasSlopes ? ' − slope · |i + offset − j|' : ''}`;
  const tex = `${isMasked ? ' + \\text{mask}_{ij}' : ''}${hasSlopes ? ' - s\\,|i + o - j|' : ''}`;
  return { text: `biased = ${before}${text}`, tex: `B_{ij} = ${SYMBOL[before]}_{ij}${tex}` };
}

/** The score matrix that a later step reads. */
function lastBefore(problem: AttentionProblem, step: 'biased' | 'masked' | 'pattern'): ScoreName {
  if (step === 'pattern' && hidesKeys(problem)) return 'masked';
  if (step !== 'biased' && hasBias(problem)) return 'biased';
  return problem.softcap > 0 ? 'softcapped' : 'scaled';
}

/** Under which conditions query i sees key j. */
function visibility(problem: AttentionProblem): string {
  const { causal, window, masks, keyLengths, keyLength, queryLengths, queryLength, offsets } = problem;
  const p = offsets.every((offset) => offset === 0) ? 'i' : 'i + offset';
  const conditions: string[] = [];
  if (causal) conditions.push(`j ≤ ${p}`);
  if (window.left !== Number.POSITIVE_INFINITY) conditions.push(`j ≥ ${p} − ${window.left}`);
  if (window.right !== Number.POSITIVE_INFINITY) conditions.push(`j ≤ ${p} + ${window.right}`);
  if (keyLengths.some((length) => length < keyLength)) conditions.push('key j is no padding');
  if (queryLengths.some((length) => length < queryLength)) conditions.push('query i is no padding');
  if (masks.some(({ kind }) => kind === 'boolean')) conditions.push('the mask allows it');
  return conditions.join(' and ');
}

/** A number in at most six digits: formulas are to be read. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}
