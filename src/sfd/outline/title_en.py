"""An English headline made of the premise."""

import re

from sfd.outline.clause import FEMALE, Clause, render
from sfd.outline.grammar_en import PHRASE_WORDS, Sentence, clip, plain_subject, proper_subject, words_of
from sfd.outline.wordlist import listed

LONGEST_TITLE = 10
_SMALL = frozenset(listed("a an the of in on at to and or for by with from that"))


def title_of(story: str, core: str, sentence: Sentence, fact: Clause | None, deed: Clause | None, first: bool) -> str:
    """The claim, or who does what, or the sentence, whichever is short enough for a poster."""
    given = re.match(r"\s*title\s*:\s*([^\n.]{2,80})", story, re.IGNORECASE)
    if given:
        return given.group(1).strip()
    options = [render(fact, 1, FEMALE) if fact else ""]
    if deed:
        does = [token.text for token in deed[1:]]
        subject, parts = plain_subject(sentence), [(2, does), (1, does), (1, clip(does, 7)), (2, clip(does, 5))]
        named = [f"The {' '.join(subject[-size:])} Who {' '.join(part)}" for size, part in parts]
        by_name = [f"{proper_subject(sentence)} {' '.join(part)}" for _, part in parts]
        options += [render(deed, 1, FEMALE)] if first else by_name if proper_subject(sentence) else named
    short = [option for option in options if PHRASE_WORDS <= len(option.split()) <= LONGEST_TITLE]
    plain = [word for word in words_of(core) if word[0].isalnum()]
    return title_case(short[0] if short else " ".join(clip(plain, 8) or plain[:6]))


def title_case(text: str) -> str:
    """A headline: small words stay small inside it."""
    words = text.split()
    return " ".join(
        word if word.lower() in _SMALL and 0 < i < len(words) - 1 else word[:1].upper() + word[1:]
        for i, word in enumerate(words)
    )
