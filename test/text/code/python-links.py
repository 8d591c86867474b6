"""Writes python-links.json: where the names and brackets of the snippets lead, by Python's own ast, symtable and tokenize.

    python3 test/text/code/python-links.py           writes the file
    python3 test/text/code/python-links.py --print   prints it

Positions are UTF-16 code units from the start of a snippet. It takes Python 3.11 or newer.
"""

import ast
import bisect
import io
import json
import pathlib
import symtable
import sys
import tokenize
import unicodedata

HERE = pathlib.Path(__file__).parent


def snippets():
    for part in (HERE / "python-snippets.txt").read_text("utf-8").split("#-- ")[1:]:
        name, code = part.split("\n", 1)
        yield name, code


class Places:
    """Lines and columns of ast (bytes) and tokenize (characters) as UTF-16 code units."""

    def __init__(self, code):
        self.code = code
        self.lines = code.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + units(line))
        read = tokenize.generate_tokens(io.StringIO(code).readline)
        self.tokens = [(self.of(*t.start), t.string, t.type) for t in read]
        self.places = [place for place, _, _ in self.tokens]

    def of(self, line, column):
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return self.starts[line - 1] + units(text[:column])

    def of_bytes(self, line, column):
        return self.starts[line - 1] + units(self.lines[line - 1].encode()[:column].decode())

    def start(self, node):
        return self.of_bytes(node.lineno, node.col_offset)

    def end(self, node):
        return self.of_bytes(node.end_lineno, node.end_col_offset)

    def names(self, start, end):
        """Places of the name tokens in a range."""
        first = bisect.bisect_left(self.places, start)
        found = []
        for place, text, kind in self.tokens[first:]:
            if place >= end:
                break
            if kind == tokenize.NAME:
                found.append((place, text))
        return found

    def named(self, name, start, end):
        return [place for place, text in self.names(start, end) if text == name]


def units(text):
    return len(text.encode("utf-16-le")) // 2


class Scope:
    def __init__(self, table, parent, owner, private):
        self.table, self.parent, self.owner, self.private = table, parent, owner, private
        self.children = list(table.get_children())
        self.bound = {}
        self.declared = {}
        # Names in `global` and `nonlocal`; symtable has those that `:=` binds around a comprehension among them.
        self.stated = set()

    def enter(self, owner, private=None):
        return Scope(self.children.pop(0), self, owner, private or self.private)

    def mangled(self, name):
        name = unicodedata.normalize("NFKC", name)
        bare = (self.private or "").lstrip("_")
        if bare and name.startswith("__") and not name.endswith("__"):
            return f"_{bare}{name}"
        return name

    @property
    def top(self):
        return self.parent.top if self.parent else self

    def home(self, name):
        """The scope that symtable says a name of this one belongs to."""
        symbol = self.table.lookup(name)
        if self.parent is None or symbol.is_global():
            return self.top
        if symbol.is_local():
            return self
        scope = self.parent
        while scope is not None:
            if scope.table.get_type() == "function" and name in scope.table.get_identifiers():
                if scope.table.lookup(name).is_local():
                    return scope
            scope = scope.parent
        raise LookupError(name)


class Reader(ast.NodeVisitor):
    """Goes through the tree in the order in which symtable makes its tables."""

    def __init__(self, code):
        self.places = Places(code)
        self.scope = Scope(symtable.symtable(code, "snippet", "exec"), None, None, None)
        self.links = []
        self.uses = []
        self.calls = set()
        self.visit(ast.parse(code))
        assert not self.scope.children, "a scope of symtable was not found"

    # Occurrences

    def use(self, name, place, is_call=False):
        self.uses.append((self.scope.mangled(name), place, self.scope, is_call))

    def bind(self, name, place, is_import=False):
        name = self.scope.mangled(name)
        home = self.scope.home(name)
        # A binding by `global` counts only where the module has none, one by `nonlocal` never does.
        kept = home.declared if name in self.scope.stated else home.bound
        kept.setdefault(name, []).append((place, is_import))
        self.uses.append((name, place, self.scope, False))

    def result(self):
        links = {}
        for name, place, scope, is_call in self.uses:
            if name == "__class__" and scope.table.lookup(name).is_free():
                while scope.table.get_type() != "class":
                    scope = scope.parent
                links[place] = (scope.owner, "declaration")
                continue
            home = scope.home(name)
            bindings = home.bound.get(name) or home.declared.get(name)
            if not bindings:
                continue
            first, is_import = min(bindings)
            if place != first:
                links[place] = (first, "import" if is_import else "call" if is_call else "declaration")
                continue
            owner = self.owner(home) if name in home.bound else None
            if owner is not None:
                links[place] = (owner, "scope")
        links.update(dict(self.links))
        return sorted([place, to, kind] for place, (to, kind) in links.items())

    @staticmethod
    def owner(scope):
        while scope is not None and scope.owner is None:
            scope = scope.parent
        return scope and scope.owner

    # Scopes

    def function(self, node, arguments, body, owner=None):
        for default in arguments.defaults + [d for d in arguments.kw_defaults if d]:
            self.visit(default)
        every = arguments.posonlyargs + arguments.args + [arguments.vararg] + arguments.kwonlyargs + [arguments.kwarg]
        for argument in filter(None, every):
            if argument.annotation:
                self.visit(argument.annotation)
        if getattr(node, "returns", None):
            self.visit(node.returns)
        for decorator in getattr(node, "decorator_list", []):
            self.visit(decorator)
        self.scope = self.scope.enter(owner)
        for argument in filter(None, every):
            self.bind(argument.arg, self.places.start(argument))
        for child in body:
            self.visit(child)
        self.scope = self.scope.parent

    def defined(self, node, keyword):
        names = self.places.names(self.places.start(node), self.places.end(node))
        place = next(after for (_, text), (after, _) in zip(names, names[1:]) if text == keyword)
        self.bind(node.name, place)
        return place

    def visit_FunctionDef(self, node):
        self.function(node, node.args, node.body, self.defined(node, "def"))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.function(node, node.args, [node.body])

    def visit_ClassDef(self, node):
        place = self.defined(node, "class")
        for child in node.bases + node.keywords + node.decorator_list:
            self.visit(child)
        self.scope = self.scope.enter(place, node.name)
        for child in node.body:
            self.visit(child)
        self.scope = self.scope.parent

    def comprehension(self, node):
        first, *others = node.generators
        self.visit(first.iter)
        self.scope = self.scope.enter(None)
        self.visit(first.target)
        for condition in first.ifs:
            self.visit(condition)
        for other in others:
            self.visit(other.target)
            self.visit(other.iter)
            for condition in other.ifs:
                self.visit(condition)
        for element in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(element)
        self.scope = self.scope.parent

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    # Names

    def visit_Name(self, node):
        place = self.places.start(node)
        written = self.places.code.encode("utf-16-le")[2 * place:].decode("utf-16-le")
        assert unicodedata.normalize("NFKC", written).startswith(node.id), (node.id, written[:20])
        if isinstance(node.ctx, ast.Load):
            self.use(node.id, place, node in self.calls)
        else:
            self.bind(node.id, place)

    def visit_Call(self, node):
        self.calls.add(node.func)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node):
        if node.type:
            self.visit(node.type)
        if node.name:
            self.bind(node.name, self.places.named(node.name, self.places.end(node.type), self.places.end(node))[0])
        for child in node.body:
            self.visit(child)

    def visit_Global(self, node):
        for place, name in self.places.names(self.places.start(node), self.places.end(node))[1:]:
            self.use(name, place)
            if self.scope.parent:
                self.scope.stated.add(self.scope.mangled(name))

    visit_Nonlocal = visit_Global

    def visit_MatchAs(self, node):
        if node.pattern:
            self.visit(node.pattern)
        if node.name:
            self.bind(node.name, self.places.names(self.places.start(node), self.places.end(node))[-1][0])

    def visit_MatchStar(self, node):
        if node.name:
            self.bind(node.name, self.places.names(self.places.start(node), self.places.end(node))[-1][0])

    def visit_MatchMapping(self, node):
        self.generic_visit(node)
        if node.rest:
            self.bind(node.rest, self.places.names(self.places.start(node), self.places.end(node))[-1][0])

    # Imports

    def visit_Import(self, node):
        for alias in node.names:
            start = self.places.start(alias)
            if not alias.asname:
                self.bind(alias.name.split(".")[0], start, is_import=True)
                continue
            self.aliased(alias, start)

    def visit_ImportFrom(self, node):
        start = self.places.start(node)
        stop = self.places.named("import", start, self.places.end(node))[0]
        names = self.places.names(start + 1, stop)
        dots = [place for place, text, kind in self.places.tokens if start < place < stop and set(text) == {"."}]
        module = names[0][0] if names else dots[0]
        for alias in node.names:
            place = self.places.start(alias)
            if alias.name == "*":
                continue
            self.links.append((place, (module, "import")))
            if alias.asname:
                self.aliased(alias, place)
            else:
                self.bind(alias.name, place, is_import=True)

    def aliased(self, alias, start):
        place = self.places.names(start, self.places.end(alias))[-1][0]
        self.bind(alias.asname, place, is_import=True)
        self.links.append((place, (start, "import")))


def formatted(places):
    """Where formatted strings stand: one token of tokenize 3.11, more of 3.12."""
    found, open_at = [], []
    for place, text, kind in places.tokens:
        if tokenize.tok_name[kind] == "FSTRING_START":
            open_at.append(place)
        elif tokenize.tok_name[kind] == "FSTRING_END":
            found.append([open_at.pop(), place + units(text)])
        elif kind == tokenize.STRING and "f" in text[:text.index(text[-1])].lower():
            found.append([place, place + units(text)])
    return sorted(found)


def brackets(places):
    """Brackets look at their partners; those in formatted strings are left out, as tokenize 3.11 does not see them."""
    links, stack = [], []
    strings = formatted(places)
    for place, text, kind in places.tokens:
        if kind != tokenize.OP or any(start <= place < end for start, end in strings):
            continue
        if text in "([{":
            stack.append(place)
        elif text in ")]}":
            links += [[stack[-1], place, "bracket"], [place, stack.pop(), "bracket"]]
    return links


def main():
    found = []
    for name, code in snippets():
        places = Places(code)
        links = sorted(Reader(code).result() + brackets(places))
        found.append({"name": name, "formatted": formatted(places), "links": links})
    text = "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found) + "\n]\n"
    if "--print" in sys.argv:
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(text)
    else:
        (HERE / "python-links.json").write_text(text, "utf-8")


main()
