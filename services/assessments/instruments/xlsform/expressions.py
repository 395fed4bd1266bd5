"""Conditions of display as XLSForms write them (`relevant`, an XPath), and back as far as they say the same.

ValueError
└── Inexpressible        the one cannot say what the other means
"""

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from services.assessments.instruments.questions import Question

Condition = Mapping[str, Any]

_TOKEN = re.compile(
    r"\s*(?:\$\{\s*(?P<name>[^}\s]+)\s*\}|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<sign>>=|<=|!=|=|>|<|\(|\)|,)|(?P<word>[a-z]+(?:-[a-z]+)*))"
)
_COMPARED = frozenset({"text", "single", "likert", "number", "scale", "date", "consent", "category",
                       "yes_perhaps_not_now"})  # fmt: skip
_LISTED = frozenset({"several", "concepts"})
_LONGEST = 5000
_DEEPEST = 5
_LARGEST = 1e12


class Inexpressible(ValueError):
    """The other language has no words for this."""


def written(condition: Condition, questions: Mapping[str, Question]) -> str:
    """Return `condition` as an XPath. Raises Inexpressible."""
    for joined, word in (("all", " and "), ("any", " or ")):
        if joined in condition:
            return "(" + word.join(written(one, questions) for one in condition[joined]) + ")"
    if "not" in condition:
        return f"not({written(condition['not'], questions)})"
    return _written_test(condition, questions[condition["question"]])


def _written_test(condition: Condition, question: Question) -> str:
    name = f"${{{question.id}}}"
    test, wanted = next((key, value) for key, value in condition.items() if key != "question")
    many = f"count({name})" if question.repeats else f"count-selected({name})"
    listed = question.repeats or question.type in _LISTED
    if test == "answered":
        return f"{many} {'>= 1' if wanted else '<= 0'}" if question.repeats else f"{name} {'!=' if wanted else '='} ''"
    if test in {"at_least", "at_most"}:
        return f"{many if listed else name} {'>=' if test == 'at_least' else '<='} {_number(wanted)}"
    if test == "includes" and question.type in _LISTED and not question.repeats:
        return f"selected({name}, {_literal(wanted)})"
    if test in {"is", "is_not"} and not question.repeats and question.type in _COMPARED:
        return f"{name} {'=' if test == 'is' else '!='} {_literal(wanted)}"
    raise Inexpressible(f"XLSForm cannot ask whether {question.id} {test} something")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    if not isinstance(value, str):
        return _number(value)
    if "'" in value and '"' in value:
        raise Inexpressible("a text with both kinds of quotation marks")
    return f'"{value}"' if "'" in value else f"'{value}'"


def parsed(text: str, questions: Mapping[str, Question]) -> Condition:
    """Return the condition that an XPath says; `questions` by their names in the form. Raises Inexpressible."""
    reader = _Reader(text, questions)
    condition = reader.either(0)
    if reader.kind:
        reader.fail()
    return condition


class _Reader:
    """Reads one expression, word by word."""

    def __init__(self, text: str, questions: Mapping[str, Question]) -> None:
        if len(text) > _LONGEST:
            raise Inexpressible("the expression is too long")
        self._text = text.strip()
        self._place = 0
        self._questions = questions
        self.kind: str | None = None
        self.value = ""
        self._next()

    def fail(self) -> NoReturn:
        raise Inexpressible(f"{self.value or 'the end of the expression'} is not understood here")

    def _next(self) -> None:
        if self._place >= len(self._text):
            self.kind, self.value = None, ""
            return
        found = _TOKEN.match(self._text, self._place)
        if found is None or found.lastgroup is None:
            raise Inexpressible("functions and paths of XPath beyond comparisons are not understood")
        self.kind, self.value, self._place = found.lastgroup, found[found.lastgroup], found.end()

    def _take(self, kind: str, value: str | None = None) -> str:
        if self.kind != kind or (value is not None and self.value != value):
            self.fail()
        taken = self.value
        self._next()
        return taken

    def either(self, depth: int) -> Condition:
        return self._joined("or", "any", depth)

    def _joined(self, word: str, name: str, depth: int) -> Condition:
        found = [self._part(word, depth)]
        while self.kind == "word" and self.value == word:
            self._next()
            found.append(self._part(word, depth))
        return found[0] if len(found) == 1 else {name: found}

    def _part(self, word: str, depth: int) -> Condition:
        return self._joined("and", "all", depth) if word == "or" else self._single(depth)

    def _single(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise Inexpressible("too many brackets within each other")
        if self.kind == "sign":
            return self._bracketed(depth)
        if self.kind == "word" and self.value == "not":
            self._next()
            return {"not": self._bracketed(depth)}
        if self.kind == "word" and self.value == "selected":
            return self._selected()
        if self.kind == "word" and self.value in {"count", "count-selected"}:
            self._next()
            self._take("sign", "(")
            question = self._question()
            self._take("sign", ")")
            return self._counted(question)
        return self._compared(self._question())

    def _bracketed(self, depth: int) -> Condition:
        self._take("sign", "(")
        inner = self.either(depth + 1)
        self._take("sign", ")")
        return inner

    def _question(self) -> Question:
        name = self._take("name")
        if name not in self._questions:
            raise Inexpressible(f"{name} is no question before this one")
        return self._questions[name]

    def _selected(self) -> Condition:
        self._next()
        self._take("sign", "(")
        question = self._question()
        self._take("sign", ",")
        value = self._text_value()
        self._take("sign", ")")
        test = "includes" if question.type in _LISTED or question.repeats else "is"
        return {"question": question.id, test: value}

    def _text_value(self) -> str:
        if self.kind not in {"single", "double", "number"}:
            self.fail()
        return self._take(self.kind)

    def _counted(self, question: Question) -> Condition:
        sign = self._take("sign")
        number = self._count()
        low, high = {"question": question.id, "at_least": number}, {"question": question.id, "at_most": number}
        tests: Mapping[str, Condition] = {
            ">=": low,
            "<=": high,
            ">": {"question": question.id, "at_least": number + 1},
            "<": {"question": question.id, "at_most": number - 1},
            "=": {"all": [low, high]},
            "!=": {"not": {"all": [low, high]}},
        }
        return tests.get(sign) or self.fail()

    def _count(self) -> int:
        number = float(self._take("number"))
        if not abs(number) <= _LARGEST:
            raise Inexpressible("the number is too large")
        return int(number)

    def _compared(self, question: Question) -> Condition:
        sign = self._take("sign")
        if self.kind in {"single", "double"} and self.value == "" and sign in {"=", "!="}:
            self._next()
            return {"question": question.id, "answered": sign == "!="}
        if sign in {"=", "!="}:
            return {"question": question.id, "is" if sign == "=" else "is_not": self._value(question)}
        amount = _amount(self._take("number"))
        low, high = {"question": question.id, "at_least": amount}, {"question": question.id, "at_most": amount}
        not_it = {"question": question.id, "is_not": amount}
        above: Condition = {"all": [low, not_it]}
        tests: Mapping[str, Condition] = {">=": low, "<=": high, ">": above, "<": {"all": [high, not_it]}}
        return tests.get(sign) or self.fail()

    def _value(self, question: Question) -> str | float | bool:
        text = self._text_value()
        if question.type == "consent" and text in {"true", "false"}:
            return text == "true"
        try:
            return _amount(text) if question.type in {"number", "scale"} else text
        except ValueError:
            raise Inexpressible(f"{text} is no number") from None


def _amount(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() else value
