/**
 * Writes typescript-links.json: where the names of the snippets lead, by the checker of TypeScript's own compiler.
 *
 *     npm ci --prefix test/tools && node test/text/code/typescript-links.mjs           writes the file
 *     npm ci --prefix test/tools && node test/text/code/typescript-links.mjs --print   prints it
 *
 * Positions are UTF-16 code units from the start of a snippet. The interface of version 7 is not
 * stable yet, so it is 5.0's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const ts = createRequire(new URL('../../tools/package.json', import.meta.url))('typescript-5.0');
const here = (name) => new URL(name, import.meta.url);

const FILE = 'snippet.ts';
/** What a name can stand for, as bits. */
const [VALUES, TYPES, NAMESPACES] = [1, 2, 4];

function linksOf(code) {
  const file = ts.createSourceFile(FILE, code, ts.ScriptTarget.Latest, true);
  const options = { noLib: true, target: ts.ScriptTarget.Latest, moduleDetection: ts.ModuleDetectionKind.Force };
  const host = {
    getSourceFile: (name) => (name === FILE ? file : undefined),
    getDefaultLibFileName: () => 'lib.d.ts',
    writeFile: () => {},
    getCurrentDirectory: () => '',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => name === FILE,
    readFile: () => undefined,
  };
  const program = ts.createProgram([FILE], options, host);
  const broken = program.getSyntacticDiagnostics(file);
  if (broken.length > 0) throw new Error(`${code}\n${broken[0].messageText}`);
  const checker = program.getTypeChecker();
  const links = [];
  const visit = (node) => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) links.push(...linkOf(node, checker));
    if (ts.isConstructorDeclaration(node)) links.push(...memberLink(keywordOf(node), node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return links.sort((a, b) => a[0] - b[0]);
}

const start = (node) => node.getStart();
const keywordOf = (node) => node.getChildren().find(({ kind }) => kind === ts.SyntaxKind.ConstructorKeyword);

/** A name of the snippet: where it leads, if anywhere. */
function linkOf(name, checker) {
  const { parent } = name;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) {
    const through = importedName(name, parent);
    if (through !== undefined) return through;
  }
  if (ts.isNamespaceExport(parent)) return [[start(name), start(parent.parent.moduleSpecifier), 'import']];
  if (ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return [[start(name), moduleOf(parent), 'import']];
  if (ts.isClassElement(parent) && parent.name === name) return memberLink(name, parent);
  if (isMember(name)) return [];
  const symbol = symbolOf(name, checker);
  const [declaration] = declarationsOf(symbol, meaningOf(name));
  if (declaration === undefined) return [];
  const target = ts.getNameOfDeclaration(declaration);
  if (target === name) {
    const owner = ownerOf(declaration);
    return owner === undefined ? [] : [[start(name), start(owner), 'scope']];
  }
  const kind = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? 'import' : isCalled(name) ? 'call' : 'declaration';
  return [[start(name), start(target), kind]];
}

/** `import { a as b }`, `export { a as b } from`: b leads to a in an import, and a to the module. */
function importedName(name, specifier) {
  const { moduleSpecifier } = ts.isImportSpecifier(specifier)
    ? specifier.parent.parent.parent
    : specifier.parent.parent;
  const original = specifier.propertyName ?? specifier.name;
  if (ts.isExportSpecifier(specifier) && name !== original) return [];
  if (moduleSpecifier === undefined) return undefined;
  if (name === original) return [[start(name), start(moduleSpecifier), 'import']];
  return [[start(name), start(original), 'import']];
}

function moduleOf(node) {
  let at = node;
  while (!ts.isImportDeclaration(at)) at = at.parent;
  return start(at.moduleSpecifier);
}

/** Names that belong to something: they are not looked up in a scope. */
function isMember(name) {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === name;
  if (ts.isQualifiedName(parent)) return parent.right === name;
  if (ts.isBindingElement(parent)) return parent.propertyName === name;
  if (ts.isNamedTupleMember(parent)) return parent.name === name;
  if (ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) return parent.name === name;
  if (ts.isPropertyAssignment(parent)) return parent.name === name;
  if (ts.isObjectLiteralElement(parent) && !ts.isShorthandPropertyAssignment(parent)) return parent.name === name;
  if (ts.isParameter(parent) && ts.isIndexSignatureDeclaration(parent.parent)) return true;
  return name.escapedText === 'this' || ts.isMetaProperty(parent);
}

function symbolOf(name, checker) {
  if (ts.isShorthandPropertyAssignment(name.parent)) return checker.getShorthandAssignmentValueSymbol(name.parent);
  if (ts.isExportSpecifier(name.parent)) return checker.getExportSpecifierLocalTargetSymbol(name.parent);
  return checker.getSymbolAtLocation(name);
}

/** What a name can stand for where it is used; a declaration is found by what it declares. */
function meaningOf(name) {
  const { parent } = name;
  if (parent.name === name && ts.isDeclaration(parent) && !ts.isExportSpecifier(parent)) {
    if (ts.isShorthandPropertyAssignment(parent)) return VALUES;
    if (ts.isInterfaceDeclaration(parent) || ts.isTypeAliasDeclaration(parent)) return TYPES;
    return ts.isTypeParameterDeclaration(parent) ? TYPES : VALUES;
  }
  if (ts.isExportSpecifier(parent)) return VALUES | TYPES | NAMESPACES;
  if (ts.isQualifiedName(parent) && !isInTypeQuery(parent)) return NAMESPACES | VALUES;
  if (ts.isPropertyAccessExpression(parent)) return VALUES | NAMESPACES;
  if (ts.isTypePredicateNode(parent)) return VALUES;
  return ts.isPartOfTypeNode(name) && !isInTypeQuery(name) ? TYPES : VALUES;
}

function isInTypeQuery(node) {
  let at = node;
  while (ts.isQualifiedName(at) || ts.isIdentifier(at)) at = at.parent;
  return ts.isTypeQueryNode(at);
}

const FLAGS = new Map([
  [ts.SyntaxKind.InterfaceDeclaration, TYPES],
  [ts.SyntaxKind.TypeAliasDeclaration, TYPES],
  [ts.SyntaxKind.TypeParameter, TYPES],
  [ts.SyntaxKind.ClassDeclaration, VALUES | TYPES],
  [ts.SyntaxKind.ClassExpression, VALUES | TYPES],
  [ts.SyntaxKind.EnumDeclaration, VALUES | TYPES | NAMESPACES],
  [ts.SyntaxKind.ModuleDeclaration, VALUES | NAMESPACES],
]);

function declarationsOf(symbol, meaning) {
  if (symbol === undefined) return [];
  if ((symbol.flags & ts.SymbolFlags.Alias) !== 0) return symbol.declarations;
  const found = (symbol.declarations ?? []).filter(({ kind }) => ((FLAGS.get(kind) ?? VALUES) & meaning) !== 0);
  return found.filter(ts.getNameOfDeclaration).sort((a, b) => a.pos - b.pos);
}

function isCalled(name) {
  const { parent } = name;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression === name;
  return ts.isTaggedTemplateExpression(parent) && parent.tag === name;
}

function memberLink(name, member) {
  const { parent } = member;
  const owner = ts.isClassLike(parent) ? parent.name : undefined;
  return owner === undefined ? [] : [[start(name), start(owner), 'scope']];
}

/** The name of the function, class, or named part of a program that a declaration is in. */
function ownerOf(declaration) {
  for (let at = declaration.parent; at !== undefined; at = at.parent) {
    if (ts.isConstructorDeclaration(at)) return keywordOf(at);
    const isNamed =
      ts.isFunctionLike(at) ||
      ts.isClassLike(at) ||
      ts.isInterfaceDeclaration(at) ||
      ts.isTypeAliasDeclaration(at) ||
      ts.isEnumDeclaration(at) ||
      ts.isModuleDeclaration(at);
    if (isNamed && at.name !== undefined && !ts.isComputedPropertyName(at.name)) return firstOf(at).name;
  }
  return undefined;
}

/** Parts of a namespace or an enumeration are one. */
function firstOf(node) {
  if (!ts.isModuleDeclaration(node) && !ts.isEnumDeclaration(node)) return node;
  const parts = node.parent.statements.filter(
    (one) => (ts.isModuleDeclaration(one) || ts.isEnumDeclaration(one)) && one.name.text === node.name.text,
  );
  return parts[0];
}

const [, ...parts] = readFileSync(here('typescript-snippets.txt'), 'utf8').split(/^\/\/-- /m);
const found = parts.map((part) => {
  const [name] = part.split('\n', 1);
  return JSON.stringify({ name, links: linksOf(part.slice(name.length + 1)) });
});
const text = `[\n${found.join(',\n')}\n]\n`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(here('typescript-links.json'), text);
