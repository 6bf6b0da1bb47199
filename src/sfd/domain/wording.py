"""Pydantic's sentences in the words of people who never heard of it."""

_PLAINER = {
    "Extra inputs are not permitted": "there is no such field",
    "Field required": "is needed",
    "Input should be a valid dictionary or object to extract fields from": "must be a JSON object",
    "Input should be a valid dictionary": "must be a JSON object",
    "Input should be a valid string": "must be text",
    "Input should be a valid integer, unable to parse string as an integer": "must be a whole number",
    "Input should be a valid integer": "must be a whole number",
    "Input should be a valid number, unable to parse string as a number": "must be a number",
    "Input should be a valid boolean, unable to interpret input": "must be true or false",
    "Input should be a valid boolean": "must be true or false",
    "Value error, ": "",
    "Input should ": "must ",
    "String should ": "must ",
    "List should ": "must ",
}


def plain_words(message: str) -> str:
    """One of pydantic's sentences, such as "Field required", in plainer words."""
    start = next((known for known in _PLAINER if message.startswith(known)), "")
    return _PLAINER.get(start, "") + message.removeprefix(start)
