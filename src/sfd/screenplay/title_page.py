"""The title page: `Key: value` lines before anything else, where a value may go on in indented lines."""

import re
from collections.abc import Sequence

from sfd.screenplay.inline import escape, one_line, plain

_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]{0,39}|[㐀-鿿]{2,8})[:：](?P<value>.*)")
_MEANINGS = {
    **{word: word for word in ("title", "logline", "premise", "language", "style")},
    **dict.fromkeys(("标题", "剧名", "片名"), "title"),
    **dict.fromkeys(("梗概", "一句话梗概", "简介"), "logline"),
    "前提": "premise",
    "语言": "language",
    "风格": "style",
    **dict.fromkeys(("author", "authors", "编剧", "作者"), "author"),
    **{word: word for word in ("credit", "source", "draft date", "date", "contact", "copyright", "notes", "revision")},
}


def read_title_page(lines: Sequence[str]) -> tuple[dict[str, str], int]:
    """The values by meaning (lower case), and how many lines they take; nothing when there is no title page."""
    end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    keys = [found["key"] for line in lines[:end] if (found := _KEY.match(line))]
    if not keys or not _KEY.match(lines[0]) or not any(_meaning(key) in _MEANINGS.values() for key in keys):
        return {}, 0
    values: dict[str, list[str]] = {}
    key = ""
    for line in lines[:end]:
        found = None if line[:1].isspace() else _KEY.match(line)
        key = _meaning(found["key"]) if found else key
        values.setdefault(key, []).append(plain(one_line(found["value"] if found else line)))
    return {name: "\n".join(filter(None, value)) for name, value in values.items()}, end


def is_title_page_key(text: str) -> bool:
    """Whether `text` can be a key that reads back as itself."""
    found = _KEY.fullmatch(f"{text}:")
    return bool(found and found["key"] == text) and _meaning(text) == text


def title_page_entry(key: str, value: str) -> str:
    """One key with its value, whose further lines are indented."""
    lines = [escape(line) for line in value.split("\n")]
    if len(lines) == 1:
        return f"{key}: {lines[0]}".rstrip()
    return "\n".join([f"{key}:", *(f"    {line}" for line in lines)])


def _meaning(key: str) -> str:
    word = one_line(key).lower()
    return _MEANINGS.get(word, word)
