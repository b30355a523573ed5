"""Languages: every text that the page can show, and each language's file brought up to it.

    python -m tests.languages

adds what a file lacks, as "", for somebody to fill in, drops what nobody says any more, and tells how many are empty.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.catalogue import catalogue, descent_catalogue, learning_curve_catalogue, race_catalogue, sweep_catalogue
from app.languages import HOLE, Translation, forms
from core.presets import gallery

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "static/languages"
Texts = dict[str, Translation]

# --- the page ------------------------------------------------------------------------------------------------------

LITERAL = r'"(?:[^"\\]|\\.)*"'
SIMPLE = re.compile(rf"(?<![\w.])t\(\s*({LITERAL})")
COUNTED = re.compile(rf"(?<![\w.])plural\([^\"`]*?,\s*({LITERAL}),\s*({LITERAL})")


def sources() -> Iterator[Path]:
    """What says something to a person: the page's code, and the document that it starts in."""
    yield from sorted(path for path in (ROOT / "static/src").rglob("*.ts*") if not path.name.endswith(".d.ts"))
    yield from (
        ROOT / f"templates/{name}.html"
        for name in ("index", "descent", "enter", "join", "learning-curve", "race", "runs", "sweep")
    )


def texts_of_the_page() -> Texts:
    """Each text as a translation would stand there: "", or "" for each form."""
    texts: Texts = {}
    for path in sources():
        code = path.read_text(encoding="utf-8")
        texts |= {json.loads(found): "" for found in SIMPLE.findall(code)}
        texts |= {json.loads(other): counted() for _, other in COUNTED.findall(code)}
    return texts


def counted() -> Translation:
    return {"one": "", "other": ""}


# --- the catalogue -------------------------------------------------------------------------------------------------


def texts_of_the_catalogue() -> Texts:
    """What the forms, the gallery of presets and the stories of the Descent lab show."""
    shown = [catalogue(), descent_catalogue(), race_catalogue(), sweep_catalogue(), learning_curve_catalogue()]
    found = {text for name in ("title", "description", "group", "says") for text in values_of(name, shown)}
    found |= {text for preset in gallery.values() for text in (preset.title, preset.group, preset.says)}
    units = {unit for unit in values_of("unit", shown) if unit.isalpha()}
    choices = {words(choice) for choice in values_of("enum", shown) if choice.isalpha()}
    layers = {"Hidden", "Output"}
    texts: Texts = {text: "" for text in (found | choices | layers) - {""} if is_words(text)}
    return texts | {f"{{count}} {unit}": counted() for unit in units}


def values_of(name: str, node: Any) -> Iterator[str]:
    """All texts of this name, however deep; a list's are its items."""
    if isinstance(node, dict):
        own = node.get(name)
        yield from (text for text in (own if isinstance(own, list) else [own]) if isinstance(text, str))
    if isinstance(node, dict | list):
        for below in node.values() if isinstance(node, dict) else node:
            yield from values_of(name, below)


def words(choice: str) -> str:
    """A choice as the form shows it: "shuffled" is "Shuffled"."""
    return choice[0].upper() + choice[1:].replace("_", " ")


def is_words(text: str) -> bool:
    """Whether there is anything to translate: letters that are no sign of mathematics."""
    return re.search(r"[A-Za-z]{2}", text) is not None


def formulas() -> set[str]:
    """Rules as their papers write them: a language may put the words in them otherwise."""
    return set(values_of("formula", [catalogue(), descent_catalogue(), race_catalogue()]))


# --- the server ----------------------------------------------------------------------------------------------------

TWO_WORDS = re.compile(r"[\w}][,.;:]? [A-Za-z{]")
A_WORD = re.compile(r"[A-Za-z]{2}")
NO_PROSE = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|AND|OR|IN|AS|BY|NOT) |^(attachment|default-src)\b")
TOLD_ELSEWHERE = re.compile(
    r"app/(admin|archive|backup|cli|headless(_learning)?|languages|load|logs|main|metrics|protocol|settings|store)[.]py"
    r"|core/(lanes|program|snapshot|table|timeline)[.]py"
)
"""What these say is read in a terminal, in a log or by a program."""

IN_SCHEMA = {"title", "formula", "source", "group"}
WITH_HELP = {"knob", "setting", "_seed", "Preset"}


def sentences_of_the_server() -> Texts:
    """All texts of two words or more in core and app, but for documentation and what the catalogue shows."""
    paths = sorted([*(ROOT / "core").rglob("*.py"), *(ROOT / "app").rglob("*.py")])
    heard = [path for path in paths if not TOLD_ELSEWHERE.fullmatch(path.relative_to(ROOT).as_posix())]
    shown = texts_of_the_catalogue()
    said = (text for path in heard for text in sentences_in(ast.parse(path.read_text(encoding="utf-8"))))
    return {text: "" for text in said if text not in shown}


def sentences_in(tree: ast.AST) -> Iterator[str]:
    silent = {below for node in ast.walk(tree) for part in silent_parts(node) for below in ast.walk(part)}
    for node in ast.walk(tree):
        if node not in silent and isinstance(node, ast.Constant | ast.JoinedStr):
            text = text_of(node)
            if is_sentence(text):
                yield text


def is_sentence(text: str) -> bool:
    """Whether it has two words or more, one of them its own."""
    has_words = TWO_WORDS.search(text) and A_WORD.search(HOLE.sub("", text))
    return has_words is not None and not NO_PROSE.search(text) and text not in NOT_FOR_PEOPLE


def silent_parts(node: ast.AST) -> Iterator[ast.AST]:
    """What nobody is told when something fails: documentation, a form's texts, what is logged, and the parts of an
    f-string by themselves."""
    match node:
        case ast.Expr(value=ast.Constant()):
            yield node.value
        case ast.JoinedStr():
            yield from node.values
        case ast.Call(func=ast.Name(id=name)) if name in WITH_HELP:
            yield node
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            yield node
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in IN_SCHEMA:
            yield value


def text_of(node: ast.Constant | ast.JoinedStr) -> str:
    """The text, or that of an f-string with holes named after what is put into them."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    names: list[str] = []
    parts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            name = name_of(part.value)
            names.append(name)
            count = names.count(name)
            parts.append(f"{{{name}{count if count > 1 else ''}}}")
    return "".join(parts)


def name_of(value: ast.expr) -> str:
    """What a value is called: `len(text)` is text, `stage.name` is name, `error.problems[0]` is problems."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Call(args=[inner, *_]) | ast.Subscript(value=inner) | ast.BinOp(left=inner):
            return name_of(inner)
        case ast.Call(func=inner):
            return name_of(inner)
    return "value"


NOT_FOR_PEOPLE = {
    "Any other error",
    "Accept-Language, Cookie",
    "Bearer {settings}",
    "{routine}, settled",
    "request %s failed",
    "with a value that has nothing to do with their place",
    "that lie anywhere at all, whatever their class",
    "seq: expected the number of a frame that was sent",
}
"""Texts of several words that no person reads, or only as a part of another."""


# --- a language's file ---------------------------------------------------------------------------------------------


def wanted() -> dict[str, Texts]:
    """All that a language has to say, by the part of its file."""
    return {"texts": texts_of_the_page() | texts_of_the_catalogue(), "sentences": sentences_of_the_server()}


def in_order(said: tuple[str, Any]) -> tuple[str, str]:
    """By its letters, and of the same letters capitals first."""
    return said[0].lower(), said[0]


def brought_up(language: dict[str, Any]) -> dict[str, Any]:
    """A language with the texts that are said now, by the order of their English, each as translated or empty."""
    parts = {part: sorted(texts.items(), key=in_order) for part, texts in wanted().items()}
    kept = {part: dict(texts) | shared(language.get(part, {}), dict(texts)) for part, texts in parts.items()}
    own = {text: said for text, said in language.get("texts", {}).items() if text in formulas()}
    return {"name": language.get("name", ""), "texts": kept["texts"] | own, "sentences": kept["sentences"]}


def shared(translations: Texts, texts: Texts) -> Texts:
    """The translations of texts that are said, and still in as many forms."""
    return {text: said for text, said in translations.items() if type(said) is type(texts.get(text))}


def empty(texts: Texts) -> list[str]:
    return [text for text, said in texts.items() if not all(forms(said))]


def main() -> None:
    for path in sorted(FOLDER.glob("*.json")):
        language = brought_up(json.loads(path.read_text(encoding="utf-8")))
        path.write_text(json.dumps(language, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        missing = len(empty(language["texts"])) + len(empty(language["sentences"]))
        print(f"{path.name}: {missing} of {len(language['texts']) + len(language['sentences'])} texts are empty")


if __name__ == "__main__":
    main()
