/** What lines of Python begin or end with, and words that only it has. */
const PYTHON =
  /^[ \t]*(?:(?:async[ \t]+)?def\b|class[ \t]+\w+(?:\([^\n()]*\))?:|elif\b|except\b|from[ \t]+[\w.]+[ \t]+import\b|import[ \t]+[\w.]+(?:[ \t]+as[ \t]|[ \t]*$)|with[ \t]+\w|pass\b|nonlocal\b|global[ \t]|print\b|#|"""|''')|:[ \t]*$|\bself\.|\b(?:None|True|False|lambda|not)\b/gm;
/** The same of JavaScript and TypeScript. */
const SCRIPT =
  /[;{][ \t]*$|^[ \t]*\}|\b(?:function|const|let|var|new|null|undefined|typeof|interface|enum|namespace|export)\b|=>|===|!==|&&|\|\||\/\/|\/\*/gm;

/** What code looks like at first sight; its parser has the last word. */
export function looksLikePython(code: string): boolean {
  return (code.match(PYTHON)?.length ?? 0) > (code.match(SCRIPT)?.length ?? 0);
}
